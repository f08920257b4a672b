/*
 * What it finds: in IPVS mode, kube-proxy's marking rule asks for a set, and the set was pasted whole but does not hold this
 *   Service's address or port, though IPVS serves it.
 *   The same for the sets of senders that may use a load balancer's address, where kubectl or the other node has a range more.
 * Why traffic breaks: what is not in the set is not marked, so not masqueraded, or not let through.
 * How sure: the set is whole, the rule that asks for it is there, and the flow works once the entry is in the model. A
 *   kube-proxy that keeps KUBE-CLUSTER-IP empty on purpose (up to 1.11.0 without a cluster CIDR) writes no such rule.
 * Fix: add the entry at once; restart kube-proxy; upgrade an ipset or kernel that refuses it.
 * References: kubernetes 65461, 68974, 67292, 68703, 79400; calico 5011, 8776.
 */
import { words } from "../../base/words.ts";
import { markMasq, plainSetName, services } from "../../kube-proxy/names.ts";
import { jumpOf, rulesIn, setsOf, type WordedRule } from "../../kube-proxy/rule-words.ts";
import { serviceKey } from "../../kube-proxy/services.ts";
import { type SetEntry, setEntriesOf, setOn } from "../../kube-proxy/set-entries.ts";
import type { IpSet } from "../../model/ipset/set.ts";
import { cidrHas, hostCidr, sameCidr } from "../../model/net/cidr.ts";
import type { Family } from "../../model/net/ip.ts";
import { familyOf } from "../../model/net/ip.ts";
import { isSymbolic } from "../../model/net/symbolic.ts";
import type { Flow } from "../../simulate/flow.ts";
import { sideWords } from "../borrow.ts";
import { commandLines, restartKubeProxy } from "../fix/commands.ts";
import { addToSet } from "../fix/edit.ts";
import type { Probe } from "../probe.ts";
import type { Side } from "../side.ts";
import { groupedBy } from "./ending.ts";
import { keptOutBy } from "./kept-out.ts";
import type { Case, DefectRule, Remedy, Sighting } from "./rule.ts";
import { allMissing, type SourceEntry, senderIn } from "./source-entries.ts";
import { flowText, isTracked, ledToMark, servedHere } from "./unmarked.ts";

/** Rules that mark what is in a set of kube-proxy's, or let it pass. */
function* askingRules(side: Side, family: Family): Generator<{ rule: WordedRule; set: IpSet }> {
  const ruleset = side.snapshot.iptables.get(family);
  const marking = [services, "KUBE-NODE-PORT", "KUBE-LOAD-BALANCER"].flatMap((chain) => [
    ...rulesIn(ruleset, "nat", chain),
  ]);
  const letting = [...rulesIn(ruleset, "filter", "KUBE-IPVS-FILTER")].filter((r) => jumpOf(r) === "RETURN");
  const seen = new Set<string>();
  for (const rule of [...marking.filter((r) => leadsToMark.has(jumpOf(r) ?? "")), ...letting]) {
    const [asked] = setsOf(rule);
    const set = asked && !asked.negated ? side.snapshot.sets.byName.get(asked.set) : undefined;
    if (!set || seen.has(set.name)) continue;
    seen.add(set.name);
    yield { rule, set };
  }
}
const leadsToMark: ReadonlySet<string> = new Set([markMasq, "KUBE-LOAD-BALANCER", "KUBE-NODE-PORT"]);

/** The set that should hold a Service, and none of those that might does; undefined: one does. */
function missingEntry({ side, other }: Case, { flow }: Probe, family: Family): SetEntry | undefined {
  const key = serviceKey({ ...flow, address: flow.to });
  const service = other?.served.get(key) ?? side.served.get(key);
  const sets = side.snapshot.sets.byName;
  const names = new Set(sets.keys());
  const there = (service ? setEntriesOf(service) : []).filter((e) => sets.has(setOn(names, family, e)));
  if (there.some((e) => holds(sets.get(setOn(names, family, e)), e.entry))) return undefined;
  return there.find((e) => e.set.includes("-LOCAL") === (service?.localPolicy ?? false)) ?? there[0];
}
/** `ipset add`, as kube-proxy itself does it when it is restarted. */
const adding = (set: IpSet, entries: readonly string[], family: Family): Remedy => ({
  fixes: [
    restartKubeProxy,
    {
      kind: "command",
      text: commandLines(entries.map((entry) => `ipset add ${set.name} ${entry} -exist`)),
      says: words(
        "At once; kube-proxy takes out at its next sync what it does not know. Undo with ipset del. Open connections stay as they are.",
        "立即生效；kube-proxy 下次同步时会删掉它不认识的条目。用 ipset del 撤销。已建立的连接不变。",
      ),
    },
  ],
  holds: words(`Shown with ${entries[0]} in ${set.name}.`, `以 ${set.name} 含有 ${entries[0]} 验证。`),
  apply: (snapshot) => addToSet(snapshot, set.name, set.type, family, entries),
});

/** Senders that a range of the Service lets in, and that are dropped because the set lacks it. */
function* sendersMissing({ side, other, clusters, failing }: Case): Generator<Sighting> {
  const missing = allMissing(side, clusters.same === "no" ? undefined : other);
  const out = missing.length === 0 ? [] : failing.filter((p) => keptOutBy(p));
  for (const [name, list] of groupedBy(missing, (m) => m.set.name)) {
    const lets = (p: Probe): SourceEntry | undefined => {
      const sender = keptOutBy(p)?.packet.src;
      if (sender === undefined || isSymbolic(sender)) return undefined;
      return list.find(
        (m) => m.service.address === p.flow.to && m.service.port === p.flow.port && cidrHas(m.lets, sender),
      );
    };
    const probes = out.filter((p) => lets(p));
    const [first] = probes;
    const rule = first && keptOutBy(first)?.place.at;
    const [entry] = list;
    if (!first || !entry) continue;
    const entries = [...new Set(probes.flatMap((p) => lets(p)?.entry ?? []))];
    const family = familyOf(first.flow.to);
    yield {
      id: "ipset-entry-missing",
      side,
      family,
      about: `${name} ${entries[0]}`,
      probes,
      remedies: [adding(entry.set, entries, family)],
      missteps: [],
      evidence: [
        {
          side: side.name,
          at: entry.set.at,
          says: words(`${name} does not hold ${entries[0]}`, `${name} 中没有 ${entries[0]}`),
        },
        ...(rule
          ? [{ side: side.name, at: rule, says: words("this rule drops who is not in it", "该规则丢弃不在其中的来源") }]
          : []),
      ],
      byAbsence: false,
      // the list may be newer than the set
      atMost: "likely",
    };
  }
}

const holds = (set: IpSet | undefined, entry: string): boolean =>
  set !== undefined && [...set.entries].some((e) => e.text === entry);

/** So many ranges are tried, each from an address in it. */
const mostRanges = 6;

export const ipsetEntryMissing: DefectRule = {
  id: "ipset-entry-missing",

  asks: (side: Side, other?: Side): readonly Flow[] =>
    allMissing(side, other)
      .slice(0, mostRanges)
      .map(({ lets, service: { address, port, proto } }) =>
        sameCidr(lets, hostCidr(address))
          ? { from: "host", to: address, port, proto }
          : { from: "external", source: senderIn(lets), to: address, port, proto },
      ),

  find(subject: Case): Sighting[] {
    const { side, failing } = subject;
    if (side.print.mode !== "ipvs") return [];
    const sightings: Sighting[] = [...sendersMissing(subject)];
    for (const family of [4, 6] as const) {
      const unmarked = failing.filter(
        (p) =>
          familyOf(p.flow.to) === family &&
          isTracked(p) &&
          !ledToMark(p) &&
          servedHere(p) &&
          // 1.9 keeps a node port with Local policy out of its set
          p.trace.ending.reason !== "no-real-server",
      );
      if (unmarked.length === 0) continue;
      for (const { rule, set } of askingRules(side, family)) {
        if (!set.whole) continue;
        const missing = groupedBy(unmarked, (p) => {
          const lacks = missingEntry(subject, p, family);
          return lacks?.set === plainSetName(set.name) ? lacks.entry : undefined;
        });
        if (missing.size === 0) continue;
        const entries = [...missing.keys()];
        const [element] = entries;
        sightings.push({
          id: "ipset-entry-missing",
          side,
          family,
          about: `${set.name} ${element}`,
          probes: [...missing.values()].flat(),
          remedies: [adding(set, entries, family)],
          missteps: [],
          evidence: [
            {
              side: side.name,
              at: set.at,
              says: words(`${set.name} does not hold ${element}`, `${set.name} 中没有 ${element}`),
            },
            {
              side: side.name,
              at: rule.rule.at,
              says: words("this rule asks for what is in the set", "该规则只针对集合中的目的地"),
            },
          ],
          byAbsence: false,
        });
      }
    }
    return sightings;
  },

  explain({ side, probes, evidence, about }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const gone = evidence[0]?.says ?? words("", "");
    return {
      title: words(
        "A Service is missing in the set of kube-proxy's that should hold it",
        "kube-proxy 的 ipset 中缺少本应包含的某个 Service",
      ),
      what: words(
        `On the ${side.name} node ${gone.en}, though IPVS serves ${to}: its traffic is not marked, or not let through.`,
        `${sideWords[side.name]}上 ${gone["zh-CN"]}，而 IPVS 提供 ${to}：它的流量没有打上标记，或不被放行。`,
      ),
      why: words(
        "Without the mark the packet keeps a source by which the answer does not find back to this node; and since 1.26 kube-proxy refuses what its sets do not know.",
        "没有标记，报文保留了原来的源地址，服务端的回包回不到本节点；且自 1.26 起，kube-proxy 会拒绝其集合之外的流量。",
      ),
      verify: [
        `ipset test ${about}   # ${about?.split(" ")[1]} is in set ${about?.split(" ")[0]}.`,
        "journalctl -u kube-proxy | grep -i ipset",
      ],
    };
  },
};
