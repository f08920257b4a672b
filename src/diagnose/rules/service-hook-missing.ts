/*
 * What it finds: kube-proxy's chains are there, but the jump into them is gone: from OUTPUT or PREROUTING into KUBE-SERVICES, from
 *   POSTROUTING into KUBE-POSTROUTING, or, in iptables mode, from KUBE-SERVICES into KUBE-NODEPORTS.
 * Why traffic breaks: without the first two nothing is translated or marked there; without the third what was marked is not
 *   masqueraded; without the last no node port is served.
 *   Or the nat table was flushed: none of kube-proxy's Services is in it any more, though kubectl or the other node shows some.
 * How sure: the nat table was pasted whole, the chain has rules, and the flow works once the jump is back.
 * Fix: restart kube-proxy; find what flushed the hook (firewalld, iptables-restore, another agent).
 * References: flannel 971; kubernetes 56797; pkg/proxy/ipvs/proxier.go 1.9 and 1.10 (the kubelet makes the last jump).
 */
import { words } from "../../base/words.ts";
import type { MasqueradePath } from "../../kube-proxy/masquerade-path.ts";
import { postrouting, services } from "../../kube-proxy/names.ts";
import { chainOf, jumpOf, rulesIn } from "../../kube-proxy/rule-words.ts";
import { type Family, familyOf } from "../../model/net/ip.ts";
import { sideWords } from "../borrow.ts";
import { elsewhere, serviceOf } from "../evidence/elsewhere.ts";
import { restartKubeProxy, toolFor } from "../fix/commands.ts";
import { appendRule, insertRule } from "../fix/edit.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import { serveWith } from "../fix/service-rules.ts";
import { isFlushed } from "../flushed.ts";
import type { Probe } from "../probe.ts";
import type { Side } from "../side.ts";
import { endingBy } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { entered, flowText, servedHere } from "./unmarked.ts";

const nodePorts = "KUBE-NODEPORTS";
const comments: Readonly<Record<string, string>> = {
  [services]: "kubernetes service portals",
  [postrouting]: "kubernetes postrouting rules",
  [nodePorts]: "kubernetes service nodeports; NOTE: this must be the last rule in this chain",
};
/** The last rule of KUBE-SERVICES: every other one stands before it. */
const isLast = (chain: string): boolean => chain === nodePorts;

function jumpText(from: string, chain: string, family: Family): string {
  const only = isLast(chain) ? " -m addrtype --dst-type LOCAL" : "";
  const loopback = isLast(chain) && family === 6 ? " ! -d ::1/128" : "";
  return `-A ${from}${loopback} -m comment --comment "${comments[chain]}"${only} -j ${chain}`;
}

/** The flow passes this hook, or this chain, on its way to the Service. */
function passes(p: Probe, from: string): boolean {
  if (from === services) return serviceOf(p)?.kind === "node-port" && entered(p, services);
  if (from === "POSTROUTING") return p.trace.summary.markedAtPostrouting && !p.trace.summary.masqueraded;
  return from === "OUTPUT" ? p.flow.from === "host" : p.flow.from !== "host";
}

/** The nat table led from there into the chain. */
const enteredIn = (p: Probe, from: string, chain: string): boolean =>
  p.trace.steps.some(
    (s) =>
      s.kind === "rule" &&
      s.place.table === "nat" &&
      (s.place.hook === from || s.place.chain === from) &&
      s.target === chain,
  );

interface Jump {
  readonly from: string;
  readonly chain: string;
}

/** Jumps that kube-proxy writes and that are not there. */
const missingJumps = (side: Side, family: Family, path: MasqueradePath): Jump[] => [
  ...path.jumps.filter((j) => !j.rule).map(({ hook, chain }) => ({ from: hook, chain })),
  ...(side.print.mode === "iptables" &&
  ![...rulesIn(side.snapshot.iptables.get(family), "nat", services)].some((r) => jumpOf(r) === nodePorts)
    ? [{ from: services, chain: nodePorts }]
    : []),
];

export const serviceHookMissing: DefectRule = {
  id: "service-hook-missing",

  find(subject: Case): Sighting[] {
    const { side, failing } = subject;
    const sightings: Sighting[] = flushedSightings(subject);
    for (const [family, path] of side.paths) {
      if (!path.whole) continue;
      const ruleset = side.snapshot.iptables.get(family);
      for (const { from, chain } of missingJumps(side, family, path)) {
        const target = chainOf(ruleset, "nat", chain);
        const start = chainOf(ruleset, "nat", from);
        if (!target || target.rules.length === 0) continue;
        const probes = failing.filter(
          (p) => familyOf(p.flow.to) === family && passes(p, from) && servedHere(p) && !enteredIn(p, from, chain),
        );
        if (probes.length === 0) continue;
        const text = jumpText(from, chain, family);
        const jump = ruleFrom(text, "nat", family);
        sightings.push({
          id: "service-hook-missing",
          side,
          family,
          probes,
          remedies: [
            {
              fixes: [
                restartKubeProxy,
                {
                  kind: "command",
                  text: `${toolFor(family)} -t nat ${isLast(chain) ? text : text.replace(`-A ${from}`, `-I ${from} 1`)}`,
                  says: words(
                    "At once, for new connections; whatever took the jump away may do so again. Undo with -D.",
                    "立即对新连接生效；删掉该跳转的程序可能再次删除它。用 -D 撤销。",
                  ),
                },
              ],
              holds: isLast(chain)
                ? words(`Shown with that jump at the end of ${from}.`, `以该跳转位于 ${from} 链尾验证。`)
                : words(`Shown with that jump on top of ${from}.`, `以该跳转位于 ${from} 链首验证。`),
              apply: (snapshot) =>
                isLast(chain) ? appendRule(snapshot, family, jump) : insertRule(snapshot, family, jump, 0),
            },
          ],
          missteps: [],
          evidence: [
            ...(start?.at
              ? [
                  {
                    side: side.name,
                    at: start.at,
                    says: words(`no rule of ${from} leads to ${chain}`, `${from} 中没有规则跳转到 ${chain}`),
                  },
                ]
              : []),
            ...(target.at
              ? [{ side: side.name, at: target.at, says: words("the chain itself is there", "该链本身存在") }]
              : []),
          ],
          byAbsence: true,
        });
      }
    }
    return sightings;
  },

  explain({ side, family, probes, evidence, about }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    if (about === flushed)
      return {
        title: words("kube-proxy's rules are gone from the nat table", "nat 表中 kube-proxy 的规则已不存在"),
        what: words(
          `On the ${side.name} node the nat table holds no Service any more: the packet to ${to} leaves untranslated.`,
          `${sideWords[side.name]}的 nat 表中已没有任何 Service：发往 ${to} 的报文未经转换就离开节点。`,
        ),
        why: words(
          "Another program or somebody flushed the table (iptables -F, firewalld, a restore). Where the chains are left, kube-proxy of 1.27 and later notices nothing: it writes anew only what changed.",
          "别的程序或有人清空了该表（iptables -F、firewalld、restore）。若链本身还在，1.27 及以后的 kube-proxy 不会察觉：它只重写有变化的部分。",
        ),
        verify: [`${toolFor(family)}-save -t nat | grep -c -- '-A KUBE-SERVICES'   # more than 0`],
      };
    const gone = evidence[0]?.says ?? words("", "");
    return {
      title: words(
        "The nat table no longer leads into one of kube-proxy's chains",
        "nat 表不再跳转到 kube-proxy 的某条链",
      ),
      what: words(
        `On the ${side.name} node ${gone.en}, so the packet to ${to} does not meet kube-proxy's rules there.`,
        `${sideWords[side.name]}上${gone["zh-CN"]}，因此发往 ${to} 的报文在那里遇不到 kube-proxy 的规则。`,
      ),
      why: words(
        "Another program flushed or rewrote the chain. kube-proxy puts the jump back at its next full sync, or when it is restarted.",
        "别的程序清空或重写了该链。kube-proxy 下次完整同步或重启时会补回跳转。",
      ),
      verify: [`${toolFor(family)} -t nat -S | grep -E -- '-j KUBE-(SERVICES|POSTROUTING|NODEPORTS)'`],
    };
  },
};

const flushed = "flushed";

/** Services that kubectl or the other node shows with endpoints, on a node whose nat table holds none of kube-proxy's rules. */
function flushedSightings(subject: Case): Sighting[] {
  const { side } = subject;
  const sightings: Sighting[] = [];
  for (const [family, all] of endingBy(subject.failing, "service-address-leaves-node", "router-no-route", "no-route")) {
    if (!isFlushed(side.snapshot, family)) continue;
    const known = new Map(all.map((p) => [p, elsewhere(subject, p).endpoints]));
    const probes = all.filter((p) => known.get(p)?.length);
    const nat = side.snapshot.iptables.get(family)?.tables.get("nat");
    if (probes.length === 0 || !nat) continue;
    const at = nat.chains.get(services)?.at ?? nat.at;
    const jumps = ["OUTPUT", "PREROUTING"].map((hook) => ruleFrom(jumpText(hook, services, family), "nat", family));
    sightings.push({
      id: "service-hook-missing",
      side,
      family,
      about: flushed,
      probes,
      remedies: [
        {
          fixes: [restartKubeProxy],
          holds: words(
            "Shown with the jumps and the rules that kube-proxy writes for the endpoints known elsewhere.",
            "以跳转规则以及 kube-proxy 为别处已知的 endpoint 所写的规则验证。",
          ),
          apply: (snapshot) => {
            const hooked = jumps.reduce((next, jump) => insertRule(next, family, jump, 0), snapshot);
            return probes.slice(0, 12).reduce((next, p) => {
              const service = serviceOf(p);
              return service ? serveWith(next, side, service, known.get(p) ?? []) : next;
            }, hooked);
          },
        },
      ],
      missteps: [],
      evidence: [
        {
          side: side.name,
          at,
          says: words(`no rule of ${services} is left`, `${services} 中已没有规则`),
        },
        ...(probes[0] ? elsewhere(subject, probes[0]).evidence : []),
      ],
      byAbsence: true,
    });
  }
  return sightings;
}
