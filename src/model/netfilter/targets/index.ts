import { accountTarget } from "./account.ts";
import { audit } from "./audit.ts";
import { chaos } from "./chaos.ts";
import { checksum } from "./checksum.ts";
import { classify } from "./classify.ts";
import { clusterip } from "./clusterip.ts";
import { connmarkTarget } from "./connmark.ts";
import { connsecmark } from "./connsecmark.ts";
import { ct } from "./ct.ts";
import { delude } from "./delude.ts";
import { dhcpmac } from "./dhcpmac.ts";
import { dnat } from "./dnat.ts";
import { dnetmap } from "./dnetmap.ts";
import { dnpt } from "./dnpt.ts";
import { dscpTarget } from "./dscp.ts";
import { echo } from "./echo.ts";
import { ecnTarget } from "./ecn.ts";
import { hlTarget } from "./hl.ts";
import { hmark } from "./hmark.ts";
import { idletimer } from "./idletimer.ts";
import { imq } from "./imq.ts";
import { ipmark } from "./ipmark.ts";
import { led } from "./led.ts";
import { log } from "./log.ts";
import { logmark } from "./logmark.ts";
import { markTarget } from "./mark.ts";
import { masquerade } from "./masquerade.ts";
import { mirror } from "./mirror.ts";
import { netflow } from "./netflow.ts";
import { netmap } from "./netmap.ts";
import { nflog } from "./nflog.ts";
import { nfqueue } from "./nfqueue.ts";
import { notrack } from "./notrack.ts";
import { proto } from "./proto.ts";
import { rateestTarget } from "./rateest.ts";
import { rawdnat } from "./rawdnat.ts";
import { rawsnat } from "./rawsnat.ts";
import { redirect } from "./redirect.ts";
import { reject } from "./reject.ts";
import { route } from "./route.ts";
import { same } from "./same.ts";
import { secmark } from "./secmark.ts";
import { setTarget } from "./set.ts";
import { snat } from "./snat.ts";
import { snpt } from "./snpt.ts";
import { synproxy } from "./synproxy.ts";
import { sysrq } from "./sysrq.ts";
import type { TargetModule } from "./target.ts";
import { tarpit } from "./tarpit.ts";
import { tcpmssTarget } from "./tcpmss.ts";
import { tcpoptstrip } from "./tcpoptstrip.ts";
import { tee } from "./tee.ts";
import { tosTarget } from "./tos.ts";
import { tproxy } from "./tproxy.ts";
import { trace } from "./trace.ts";
import { ttlTarget } from "./ttl.ts";
import { ulog } from "./ulog.ts";

/** Targets that are no module: the walk's own words. */
export const verdicts = ["ACCEPT", "DROP", "RETURN", "QUEUE"] as const;
export type VerdictName = (typeof verdicts)[number];
export const isVerdict = (name: string): name is VerdictName => (verdicts as readonly string[]).includes(name);

const all: readonly TargetModule<unknown>[] = [
  accountTarget,
  audit,
  chaos,
  checksum,
  classify,
  clusterip,
  connmarkTarget,
  connsecmark,
  ct,
  delude,
  dhcpmac,
  dnat,
  dnetmap,
  dnpt,
  dscpTarget,
  echo,
  ecnTarget,
  hlTarget,
  hmark,
  idletimer,
  imq,
  ipmark,
  led,
  log,
  logmark,
  markTarget,
  masquerade,
  mirror,
  netflow,
  netmap,
  nflog,
  nfqueue,
  notrack,
  proto,
  rateestTarget,
  rawdnat,
  rawsnat,
  redirect,
  reject,
  route,
  same,
  secmark,
  setTarget,
  snat,
  snpt,
  synproxy,
  sysrq,
  tarpit,
  tcpmssTarget,
  tcpoptstrip,
  tee,
  tosTarget,
  tproxy,
  trace,
  ttlTarget,
  ulog,
];

/** Every target natlens knows, by the name after `-j`. */
export const targets: ReadonlyMap<string, TargetModule<unknown>> = new Map(all.map((target) => [target.name, target]));

const byColumn = new Map<string, TargetModule<unknown>[]>();
for (const target of all)
  for (const column of new Set([target.name, target.listedUnder ?? target.name]))
    byColumn.set(column, [...(byColumn.get(column) ?? []), target]);

/** The targets that a word in the target column of `iptables -L` may stand for. */
export const listedUnder = (column: string): readonly TargetModule<unknown>[] => byColumn.get(column) ?? [];
