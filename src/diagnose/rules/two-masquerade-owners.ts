/*
 * What it finds: two programs decide what is masqueraded, and do not agree. Either KUBE-MARK-MASQ or KUBE-POSTROUTING has rules of two
 *   bits (kubelet and kube-proxy started with different --iptables-masquerade-bit, an SDN's own proxy beside them); or what one network
 *   plugin's rule spares, another's masquerades.
 * What it harms: connections work while both are there. Each program writes its own again now and then, and the source that servers see
 *   flaps, or is lost with the first of them that changes its mind.
 * How sure: both rules are in the dump, and a flow meets them in the simulation. A risk.
 * Fix: one owner: the same bit for both, or the rules of the one that is gone taken out.
 * References: openshift/origin PR 19005; cilium 10939.
 */
import { words } from "../../base/words.ts";
import { defaultMark, markMasq, postrouting } from "../../kube-proxy/names.ts";
import { jumpOf, markMatchOf, markSetOf, rulesIn, type WordedRule } from "../../kube-proxy/rule-words.ts";
import { type Family, familyOf } from "../../model/net/ip.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import type { Rule } from "../../model/netfilter/rule.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import { sideWords } from "../borrow.ts";
import { commandLines, hex, toolFor } from "../fix/commands.ts";
import { replaceRule } from "../fix/edit.ts";
import { type Probe, works } from "../probe.ts";
import type { Side } from "../side.ts";
import { groupedBy, rulesAt } from "./ending.ts";
import { foreignMasquerade, isAgents, isEngines, reachesPod } from "./pod-egress.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText, ledToMark } from "./unmarked.ts";

/**
 * Rules that set or test a bit for masquerading, by that bit, where more than one is set or more than one is tested. One that is
 * set and another that is tested are no two owners, but one that contradicts itself.
 */
function byBit(side: Side, family: Family): Map<number, Rule[]> {
  const ruleset = side.snapshot.iptables.get(family);
  const found = new Map<number, Rule[]>();
  const set = new Set<number>();
  const tested = new Set<number>();
  const see = (kind: Set<number>, bits: number, { rule }: WordedRule): void => {
    if (bits === 0) return;
    kind.add(bits);
    found.set(bits, [...(found.get(bits) ?? []), rule]);
  };
  for (const r of rulesIn(ruleset, "nat", markMasq)) {
    const mark = markSetOf(r);
    if (mark) see(set, (mark.value & mark.mask) >>> 0, r);
  }
  for (const r of rulesIn(ruleset, "nat", postrouting)) {
    const test = markMatchOf(r);
    if (test && (jumpOf(r) === "MASQUERADE" || (jumpOf(r) === "RETURN" && test.negated))) see(tested, test.value, r);
  }
  return set.size > 1 || tested.size > 1 ? found : new Map();
}

/** The bit that stays: the one kube-proxy was told, else its default, else the first. */
function ownBit(side: Side, bits: readonly number[]): number {
  const told = side.pasted.kubeProxy?.masqueradeBit?.value;
  const wanted = told === undefined ? defaultMark : (1 << told) >>> 0;
  return bits.includes(wanted) ? wanted : (bits[0] ?? defaultMark);
}

const without = (snapshot: NodeSnapshot, family: Family, rules: readonly Rule[]): NodeSnapshot =>
  [...rules].sort((a, b) => b.number - a.number).reduce((next, rule) => replaceRule(next, family, rule), snapshot);

/** What takes rules of the other owner away. */
function taken(family: Family, rules: readonly Rule[]): Pick<Sighting["remedies"][number], "fixes" | "apply"> {
  return {
    fixes: [
      {
        kind: "command",
        text: commandLines(rules.map((r) => `${toolFor(family)} -t nat -D ${printRule(r).replace(/^-A /, "")}`)),
        says: words(
          "At once, for new connections, until their owner writes them again: configure it or take it off the node. Undo by adding them again (-A in place of -D).",
          "立即对新连接生效，直到其所有者再次写入：请配置它或从节点上卸载。把 -D 换成 -A 加回即可撤销。",
        ),
      },
    ],
    apply: (snapshot) => without(snapshot, family, rules),
  };
}

export const twoMasqueradeOwners: DefectRule = {
  id: "two-masquerade-owners",

  find(subject: Case): Sighting[] {
    return [...subject.side.paths.keys()].flatMap((family) => [...bits(subject, family), ...plugins(subject, family)]);
  },

  explain({ side, family, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const rules = first && disagreeing(first);
    const all = [...byBit(side, family).keys()].map(hex).join(", ");
    return {
      title: rules
        ? words(
            "Two network plugins decide what is masqueraded, and do not agree",
            "两个网络插件都在决定做 MASQUERADE 的对象，且意见不一",
          )
        : words(
            `Two owners of kube-proxy's masquerading use different bits: ${all}`,
            `kube-proxy 的 MASQUERADE 有两个所有者，使用不同的标记位：${all}`,
          ),
      what: rules
        ? words(
            `On the ${side.name} node a pod's connection to ${to} is spared by a rule of ${rules.spares.chain} and then masqueraded by one of ${rules.masquerades.chain}.`,
            `${sideWords[side.name]}上 Pod 到 ${to} 的连接先被 ${rules.spares.chain} 的规则放过，又被 ${rules.masquerades.chain} 的规则做了 MASQUERADE。`,
          )
        : words(
            `On the ${side.name} node ${markMasq} and ${postrouting} hold rules of more than one bit. A connection to ${to} works with them as they are.`,
            `${sideWords[side.name]}的 ${markMasq} 和 ${postrouting} 中有不止一个标记位的规则。按现状到 ${to} 的连接可以工作。`,
          ),
      why: words(
        "Each owner writes its own rules again at its own time. In between, and once one of them goes, the source that servers see changes, or the masquerade is lost.",
        "两个所有者各自定期重写自己的规则。其间以及其中一方退出之后，服务端看到的源地址会变化，或者 MASQUERADE 失效。",
      ),
      verify: [`${toolFor(family)} -t nat -S | grep -E 'KUBE-MARK-MASQ -j MARK|KUBE-POSTROUTING .*mark|MASQUERADE'`],
    };
  },
};

function bits({ side, probes: all }: Case, family: Family): Sighting[] {
  const found = byBit(side, family);
  if (found.size < 2) return [];
  const own = ownBit(side, [...found.keys()]);
  const others = [...found].filter(([bit]) => bit !== own).flatMap(([, list]) => list);
  const probes = all.filter(
    (p) => familyOf(p.flow.to) === family && works(p) && ledToMark(p) && p.trace.summary.masqueraded,
  );
  if (probes.length === 0) return [];
  const { fixes, apply } = taken(family, others);
  return [
    {
      ...base(side, family, probes),
      remedies: [
        {
          fixes: [
            {
              kind: "config",
              text: `--iptables-masquerade-bit=${Math.log2(own)}`,
              says: words(
                "The same for kube-proxy and, up to 1.26, kubelet, which both have it. It holds after a restart of both; undo by the old value.",
                "kube-proxy 与 1.26 及更早的 kubelet 都有此参数，应设为相同的值。两者重启后长期有效；改回旧值即可撤销。",
              ),
            },
            ...fixes,
          ],
          holds: words(`Shown with ${hex(own)} alone.`, `以只保留 ${hex(own)} 验证。`),
          apply,
        },
      ],
      healed: (again) => works(again) && again.trace.summary.masqueraded,
      evidence: [...found].flatMap(([bit, list]) =>
        list.map((rule) => ({
          side: side.name,
          at: rule.at,
          says: words(`of the owner of ${hex(bit)}`, `属于使用 ${hex(bit)} 的一方`),
        })),
      ),
    },
  ];
}

/** A pod's way to a pod: the rule that spares it, and the one of somebody else that masquerades it all the same. */
function disagreeing(p: Probe): { spares: Rule; masquerades: Rule } | undefined {
  const masquerades = foreignMasquerade(p);
  if (!masquerades || isEngines(masquerades) || isAgents(masquerades)) return undefined;
  for (const step of p.trace.steps)
    if (
      step.kind === "rule" &&
      step.direction === "original" &&
      step.place.table === "nat" &&
      step.place.hook === "POSTROUTING" &&
      step.verdict === "RETURN" &&
      !step.place.chain.startsWith("KUBE-") &&
      step.place.chain !== masquerades.chain
    ) {
      const spares = rulesAt(p, step.place, familyOf(p.flow.to));
      if (spares?.header.source && spares.header.destination) return { spares, masquerades };
    }
  return undefined;
}

function plugins({ side, probes: all }: Case, family: Family): Sighting[] {
  const hidden = all.filter(
    (p) => p.flow.from === "pod" && familyOf(p.flow.to) === family && works(p) && reachesPod(side, p),
  );
  return [...groupedBy(hidden, (p) => disagreeing(p)?.masquerades)].flatMap(([rule, probes]) => {
    const spares = probes[0] && disagreeing(probes[0])?.spares;
    if (!spares) return [];
    return [
      {
        ...base(side, family, probes),
        remedies: [
          {
            ...taken(family, [rule]),
            holds: words(`Shown without the rule of ${rule.chain}.`, `以去掉 ${rule.chain} 的规则验证。`),
          },
        ],
        healed: (again: Probe) => works(again) && !foreignMasquerade(again),
        evidence: [
          { side: side.name, at: spares.at, says: words("spares what pods send to pods", "放过 Pod 之间的报文") },
          { side: side.name, at: rule.at, says: words("masquerades it all the same", "仍然对它做 MASQUERADE") },
        ],
      },
    ];
  });
}

const base = (side: Side, family: Family, probes: readonly Probe[]) =>
  ({ id: "two-masquerade-owners", kind: "risk", side, family, probes, missteps: [], byAbsence: false }) as const;
