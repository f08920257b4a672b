import { connmarkTarget } from "./connmark.ts";
import { ct, notrack } from "./ct.ts";
import { dscpTarget } from "./dscp.ts";
import { inertTargets } from "./inert.ts";
import { log, nflog, ulog } from "./log.ts";
import { markTarget } from "./mark.ts";
import { dnat, masquerade, redirect, snat } from "./nat.ts";
import { netmap } from "./netmap.ts";
import { recognisedTargets } from "./recognised.ts";
import { reject } from "./reject.ts";
import type { TargetModule } from "./target.ts";
import { tosTarget } from "./tos.ts";
import { hlTarget, ttlTarget } from "./ttl.ts";

/** Targets that are no module: the walk's own words. */
export const verdicts = ["ACCEPT", "DROP", "RETURN", "QUEUE"] as const;
export type VerdictName = (typeof verdicts)[number];
export const isVerdict = (name: string): name is VerdictName => (verdicts as readonly string[]).includes(name);

const all: readonly TargetModule<unknown>[] = [
  markTarget,
  connmarkTarget,
  dnat,
  snat,
  masquerade,
  redirect,
  netmap,
  reject,
  log,
  nflog,
  ulog,
  ct,
  notrack,
  dscpTarget,
  tosTarget,
  ttlTarget,
  hlTarget,
  ...inertTargets,
  ...recognisedTargets,
];

/** Every target natlens knows, by the name after `-j`. */
export const targets: ReadonlyMap<string, TargetModule<unknown>> = new Map(all.map((target) => [target.name, target]));

/** The targets that a word in the target column of `iptables -L` may stand for. */
export const listedUnder = (column: string): readonly TargetModule<unknown>[] =>
  all.filter((target) => target.name === column || target.listedUnder === column);
