/*
 * What it finds: both iptables backends hold rules on one node, and those of the one that kube-proxy does not use now decide what
 *   becomes of a flow: they drop or refuse it, or translate it to an endpoint that is none any more.
 * Why traffic breaks: the kernel runs the rules of both at each hook. What an agent wrote by the other tool, or before an upgrade, is
 *   seen in no dump of the first, and nobody brings it up to date.
 * How sure: two backends with rules are no fault by themselves (Docker beside kube-proxy). The flow must fail by a rule of the
 *   other backend, and work without its rules. Seen on Linux 6.18: both filter tables are run, and of two nat tables the one
 *   registered last comes first, which no dump of rules tells.
 *   Where one order of them does harm and the other does not, it is possible.
 * Fix: one backend for all; take away what is left over.
 * References: kubernetes 71305, 107965, 112477; node-problem-detector PR 844 (the guard).
 */
import { words } from "../../base/words.ts";
import { type Family, familyOf } from "../../model/net/ip.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import type { Step, Trace } from "../../simulate/trace.ts";
import { sideWords } from "../borrow.ts";
import { toolFor } from "../fix/commands.ts";
import { harmed, type Probe } from "../probe.ts";
import { endsAt } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

type Placed = Step & { readonly kind: "rule" | "chain-end" };

const rewriting: ReadonlySet<string> = new Set(["DNAT", "SNAT", "MASQUERADE", "MARK"]);

/** What the other backend did last on a flow's way: it ended it, or rewrote the request. */
function deciding(p: Probe): Placed | undefined {
  const trace = p.simulation.traces.find(inOtherOrder) ?? p.trace;
  const end = endsAt({ ...p, trace });
  return trace.steps.findLast(
    (s): s is Placed =>
      (s.kind === "rule" || s.kind === "chain-end") &&
      s.place.backend !== undefined &&
      (s.place === end || (s.kind === "rule" && s.direction === "original" && rewriting.has(s.target ?? ""))),
  );
}

const inOtherOrder = ({ ending, choices }: Trace): boolean =>
  harmed.includes(ending.outcome) && choices.some((c) => c.id === "backend-order");

/** One order of the two nat tables harms the flow and the other does not; no dump of rules tells which it is. */
const hangsOnOrder = (p: Probe): boolean =>
  p.simulation.outcome === "undecidable" &&
  p.simulation.traces.some(inOtherOrder) &&
  p.simulation.traces.some((t) => t.ending.outcome === "delivered");

export const splitIptablesBackends: DefectRule = {
  id: "split-iptables-backends",

  find({ side, failing, probes: all }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    for (const family of [4, 6] as const) {
      const other = side.snapshot.iptables.get(family)?.other;
      if (!other) continue;
      const own = (list: readonly Probe[]): Probe[] =>
        list.filter((p) => familyOf(p.flow.to) === family && deciding(p) !== undefined);
      const broken = own(failing);
      const probes = broken.length > 0 ? broken : own(all.filter(hangsOnOrder));
      if (probes.length === 0) continue;
      const backend = other.tool?.backend ?? "legacy";
      const tool = `${toolFor(family)}-${backend}`;
      const tables = [...other.tables.keys()];
      const policies = [...(other.tables.get("filter")?.chains.values() ?? [])].filter((c) => c.policy === "DROP");
      sightings.push({
        id: "split-iptables-backends",
        side,
        family,
        about: backend,
        probes,
        remedies: [
          {
            fixes: [
              {
                kind: "command",
                text: [
                  `${tool}-save > /root/${tool}.txt`,
                  ...policies.map((c) => `${tool} -P ${c.name} ACCEPT`),
                  ...tables.map((t) => `${tool} -t ${t} -F; ${tool} -t ${t} -X`),
                ].join("\n"),
                says: words(
                  `At once, for all packets: it takes away every rule of ${tool}, also those of other programs (Docker, a firewall), which write theirs again when they are restarted. Open connections keep their translation. Undo with ${tool}-restore < /root/${tool}.txt.`,
                  `对所有报文立即生效：清除 ${tool} 的全部规则，包括其他程序（Docker、防火墙）的规则，它们重启后会重新写入。已建立的连接保留其地址转换。用 ${tool}-restore < /root/${tool}.txt 撤销。`,
                ),
              },
              {
                kind: "config",
                text: `update-alternatives --set ${toolFor(family)} /usr/sbin/${toolFor(family)}-${backend === "nft" ? "legacy" : "nft"}`,
                says: words(
                  "For good: everything on the node that writes rules uses one backend, the one that kube-proxy uses; then restart the node. It changes no rule by itself.",
                  "持久：节点上所有写规则的程序使用同一后端，即 kube-proxy 所用的那个；然后重启节点。它本身不改变任何规则。",
                ),
              },
            ],
            holds: words(`Shown without the rules of ${tool}.`, `以没有 ${tool} 的规则验证。`),
            apply: (snapshot) => withoutOther(snapshot, family),
          },
        ],
        missteps: [],
        ...(broken.length > 0 ? {} : { atMost: "possible" }),
        evidence: probes.slice(0, 3).flatMap((p) => {
          const at = deciding(p)?.place.at;
          return at ? [{ side: side.name, at, says: words(`${tool} has this rule, too`, `${tool} 还有这条规则`) }] : [];
        }),
        byAbsence: false,
      });
    }
    return sightings;
  },

  explain({ side, family, probes, about }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const tool = `${toolFor(family)}-${about}`;
    const place = first && deciding(first)?.place;
    const where = place ? `${place.table} ${place.chain}` : "";
    return {
      title: words(
        "Rules of a second iptables backend decide, beside those of kube-proxy",
        "除 kube-proxy 的规则外，另一个 iptables 后端的规则也在起作用",
      ),
      what: words(
        `On the ${side.name} node what goes to ${to} meets a rule of ${tool} in ${where}; kube-proxy's rules are of the other backend.`,
        `${sideWords[side.name]}上，发往 ${to} 的流量在 ${where} 遇到 ${tool} 的规则，而 kube-proxy 的规则在另一个后端。`,
      ),
      why: words(
        "The kernel runs the rules of both backends. Those that are left over from before, or written by a program with another iptables, are not kept up to date, and a dump of one backend does not show them.",
        "内核会执行两个后端的规则。以前残留的，或由使用另一种 iptables 的程序写入的规则不再更新，且只转储一个后端时看不到它们。",
      ),
      verify: [`${tool}-save | grep -c '^-A'   # 0`, `${toolFor(family)}-save   # no warning of other tables`],
    };
  },
};

function withoutOther(snapshot: NodeSnapshot, family: Family): NodeSnapshot {
  const ruleset = snapshot.iptables.get(family);
  if (!ruleset) return snapshot;
  const { other: _other, ...main } = ruleset;
  return { ...snapshot, iptables: new Map(snapshot.iptables).set(family, main) };
}
