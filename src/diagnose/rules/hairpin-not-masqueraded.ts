/*
 * What it finds: a pod that reaches itself through its Service is not masqueraded: KUBE-LOOP-BACK lacks its entry, or no
 *   rule asks for that set (IPVS mode), or its KUBE-SEP chain lacks the rule for its own address (iptables mode).
 * Why traffic breaks: the pod gets a packet from itself and answers itself, past the node that translated the request.
 * How sure: the table (and the set) were pasted whole, and the flow works once the entry or rule is in the model.
 * Fix: restart kube-proxy; upgrade where a version forgets it (1.8 in IPVS mode has none).
 * References: kubernetes 53775, 134884, 20475; PR 92584; kube-router 151, 189.
 */
import { words } from "../../base/words.ts";
import { markMasq, plainSetName, postrouting, setNameFor } from "../../kube-proxy/names.ts";
import { chainOf, dnatOf, rulesIn, setsOf } from "../../kube-proxy/rule-words.ts";
import { isBefore, version } from "../../kube-proxy/version.ts";
import { type Family, familyOf } from "../../model/net/ip.ts";
import { fieldKey } from "../../model/net/symbolic.ts";
import { endpointText } from "../../simulate/flow.ts";
import { sideWords } from "../borrow.ts";
import { commandLines, restartKubeProxy, toolFor } from "../fix/commands.ts";
import { addToSet, insertRule } from "../fix/edit.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import type { Probe } from "../probe.ts";
import type { Side } from "../side.ts";
import { groupedBy } from "./ending.ts";
import type { Case, DefectRule, Remedy, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

export const hairpinNotMasqueraded: DefectRule = {
  id: "hairpin-not-masqueraded",

  find({ side, failing }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    for (const [family, path] of side.paths) {
      const probes = failing.filter(
        (p) =>
          p.flow.from === "hairpin" &&
          familyOf(p.flow.to) === family &&
          p.trace.summary.dnatTo !== undefined &&
          !p.trace.summary.masqueraded &&
          !p.trace.summary.marked &&
          fieldKey(p.trace.summary.dnatTo.address) === fieldKey(p.flow.source ?? ""),
      );
      if (!path.whole || probes.length === 0) continue;
      const ipvs = side.print.mode === "ipvs";
      for (const [key, own] of groupedBy(probes, (p) => (ipvs ? "set" : chainFor(p, family)))) {
        const found = ipvs ? (byEntry(own, family) ?? byLoopRule(own, family)) : byRule(key, own, family);
        if (found)
          sightings.push({
            id: "hairpin-not-masqueraded",
            side,
            family,
            probes: own,
            remedies: [found.remedy],
            missteps: [],
            evidence: [{ side: side.name, at: found.at, says: found.says }],
            byAbsence: true,
          });
      }
    }
    return sightings;
  },

  explain({ side, family, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    return {
      title: words(
        "A pod that reaches itself through its Service is not masqueraded",
        "Pod 经由自己的 Service 访问自己时没有做 MASQUERADE",
      ),
      what: words(
        `On the ${side.name} node nothing masquerades what the pod ${fieldKey(first?.flow.source ?? "")} sends to ${to} when it is itself the endpoint.`,
        `${sideWords[side.name]}上，Pod ${fieldKey(first?.flow.source ?? "")} 访问 ${to} 且端点正是它自己时，没有规则做 MASQUERADE。`,
      ),
      why: words(
        "The pod sees a packet from its own address and answers itself, past the node that must translate the answer back. With several endpoints it fails now and then.",
        "Pod 收到来自自身地址的报文并直接回应自己，绕过了应当还原地址的节点。有多个端点时表现为时好时坏。",
      ),
      verify: [
        side.print.mode === "ipvs"
          ? `ipset list ${family === 6 ? "KUBE-6-LOOP-BACK" : "KUBE-LOOP-BACK"}`
          : `${toolFor(family)} -t nat -S | grep -F -- '-s ${fieldKey(first?.flow.source ?? "")}/'`,
      ],
    };
  },
};

interface Found {
  readonly remedy: Remedy;
  readonly at: Sighting["evidence"][number]["at"];
  readonly says: Sighting["evidence"][number]["says"];
}

const says = words(
  "At once; kube-proxy writes it anew at its next sync, if it knows it. Open connections stay as they are.",
  "立即生效；kube-proxy 下次同步时会按自己的数据重写。已建立的连接不变。",
);

/** The set that the hairpin rule of KUBE-POSTROUTING asks for lacks these endpoints. */
function byEntry(probes: readonly Probe[], family: Family): Found | undefined {
  const side = probes[0]?.side;
  const set = [...(side?.snapshot.sets.byName.values() ?? [])].find(
    (s) => plainSetName(s.name) === "KUBE-LOOP-BACK" && s.family === family,
  );
  if (!side || !set?.whole) return undefined;
  const held = new Set(Array.from(set.entries, (e) => e.text));
  const missing = probes.flatMap((p) => {
    const to = p.trace.summary.dnatTo;
    const entry = to ? `${fieldKey(to.address)},${p.flow.proto}:${fieldKey(to.port)},${fieldKey(to.address)}` : "";
    return entry !== "" && !held.has(entry) ? [entry] : [];
  });
  const entries = [...new Set(missing)];
  const [first] = entries;
  if (first === undefined) return undefined;
  return {
    at: set.at,
    says: words(`${set.name} does not hold ${first}`, `${set.name} 中没有 ${first}`),
    remedy: {
      fixes: [
        restartKubeProxy,
        {
          kind: "command",
          text: commandLines(entries.map((e) => `ipset add ${set.name} ${e} -exist`)),
          says,
        },
      ],
      holds: words(`Shown with ${first} in ${set.name}.`, `以 ${set.name} 含有 ${first} 验证。`),
      apply: (snapshot) => addToSet(snapshot, set.name, set.type, family, entries),
    },
  };
}

/** The set holds the endpoints, or was not pasted, and no rule of KUBE-POSTROUTING asks for it. */
function byLoopRule(probes: readonly Probe[], family: Family): Found | undefined {
  const side = probes[0]?.side;
  const snapshot = side?.snapshot;
  const ruleset = snapshot?.iptables.get(family);
  const at = chainOf(ruleset, "nat", postrouting)?.at;
  const isLoopBack = (name: string): boolean => plainSetName(name) === "KUBE-LOOP-BACK";
  const asks = [...rulesIn(ruleset, "nat", postrouting)].some((r) => setsOf(r).some((s) => isLoopBack(s.set)));
  if (!snapshot || !at || asks || !hasLoopBack(side)) return undefined;
  const name = setNameFor("KUBE-LOOP-BACK", family, new Set(snapshot.sets.byName.keys()));
  const text = `-A ${postrouting} -m set --match-set ${name} dst,dst,src -j MASQUERADE`;
  const rule = ruleFrom(text, "nat", family);
  const entries = probes.flatMap(({ flow, trace: { summary } }) =>
    summary.dnatTo
      ? [
          `${fieldKey(summary.dnatTo.address)},${flow.proto}:${fieldKey(summary.dnatTo.port)},${fieldKey(summary.dnatTo.address)}`,
        ]
      : [],
  );
  return {
    at,
    says: words(`no rule of ${postrouting} asks for ${name}`, `${postrouting} 中没有查询 ${name} 的规则`),
    remedy: {
      fixes: [
        restartKubeProxy,
        {
          kind: "command",
          text: `${toolFor(family)} -t nat ${text.replace("-A", "-I").replace(" -m", " 1 -m")}`,
          says,
        },
      ],
      holds: words(
        `Shown with that rule and ${entries[0]} in ${name}.`,
        `以该规则以及 ${name} 含有 ${entries[0]} 验证。`,
      ),
      apply: (s) => insertRule(addToSet(s, name, "hash:ip,port,ip", family, entries), family, rule, 0),
    },
  };
}

/** kube-proxy has that set since 1.9; without a set of that name it is no older than that only where something says so. */
function hasLoopBack({ snapshot: { sets }, print }: Side): boolean {
  if ([...sets.byName.keys()].some((name) => plainSetName(name) === "KUBE-LOOP-BACK")) return true;
  const from = print.range.atLeast;
  return sets.coverage === "absent" && from !== undefined && !isBefore(from, version(9));
}

/** The chain whose DNAT rule sends the packet back to its sender. */
function chainFor(p: Probe, family: Family): string | undefined {
  const step = p.trace.steps.find((s) => s.kind === "rule" && s.target === "DNAT");
  const chain = step?.kind === "rule" ? step.place.chain : undefined;
  const own = fieldKey(p.flow.source ?? "");
  if (chain === undefined) return undefined;
  const rules = [...rulesIn(p.side.snapshot.iptables.get(family), "nat", chain)];
  return rules.some((r) => dnatOf(r)?.includes(own)) ? chain : undefined;
}

function byRule(chain: string, probes: readonly Probe[], family: Family): Found | undefined {
  const [p] = probes;
  const to = p?.trace.summary.dnatTo;
  const at = p && chainOf(p.side.snapshot.iptables.get(family), "nat", chain)?.at;
  if (!p || !to || !at) return undefined;
  const address = fieldKey(to.address);
  const text = `-A ${chain} -s ${address}/${family === 4 ? 32 : 128} -j ${markMasq}`;
  const rule = ruleFrom(text, "nat", family);
  return {
    at,
    says: words(
      `${chain} does not mark what comes from ${endpointText(address, fieldKey(to.port))} itself`,
      `${chain} 没有标记来自 ${endpointText(address, fieldKey(to.port))} 自身的报文`,
    ),
    remedy: {
      fixes: [
        restartKubeProxy,
        { kind: "command", text: `${toolFor(family)} -t nat ${text.replace(`-A ${chain}`, `-I ${chain} 1`)}`, says },
      ],
      holds: words("Shown with the rule kube-proxy writes there.", "以 kube-proxy 应写的规则验证。"),
      apply: (snapshot) => insertRule(snapshot, family, rule, 0),
    },
  };
}
