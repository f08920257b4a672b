/*
 * What it finds: in IPVS mode, kube-proxy's marking rule asks for a set, and the set was pasted whole but does not hold this
 *   Service's address or port, though IPVS serves it.
 * Why traffic breaks: what is not in the set is not marked, so not masqueraded.
 * How sure: the set is whole, the rule that asks for it is there, and the flow works once the entry is in the model. A
 *   kube-proxy that keeps KUBE-CLUSTER-IP empty on purpose (up to 1.11.0 without a cluster CIDR) writes no such rule.
 * Fix: add the entry at once; restart kube-proxy; upgrade an ipset or kernel that refuses it.
 * References: kubernetes 65461, 68974, 67292, 68703, 79400; calico 5011, 8776.
 */
import { words } from "../../base/words.ts";
import { markMasq, plainSetName, services } from "../../kube-proxy/names.ts";
import { jumpOf, rulesIn, setsOf, type WordedRule } from "../../kube-proxy/rule-words.ts";
import type { IpSet } from "../../model/ipset/set.ts";
import type { Family } from "../../model/net/ip.ts";
import { familyOf } from "../../model/net/ip.ts";
import { sideWords } from "../borrow.ts";
import { restartKubeProxy } from "../fix/commands.ts";
import { addToSet } from "../fix/edit.ts";
import type { Probe } from "../probe.ts";
import type { Side } from "../side.ts";
import { groupedBy } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText, isTracked, ledToMark, servedHere } from "./unmarked.ts";

/** Rules that mark what is in a set of kube-proxy's. */
function* markingRules(side: Side, family: Family): Generator<{ rule: WordedRule; set: IpSet }> {
  for (const chain of [services, "KUBE-NODE-PORT", "KUBE-LOAD-BALANCER"])
    for (const rule of rulesIn(side.snapshot.iptables.get(family), "nat", chain)) {
      const [asked] = setsOf(rule);
      const set = asked && !asked.negated ? side.snapshot.sets.byName.get(asked.set) : undefined;
      if (set && (jumpOf(rule) === markMasq || jumpOf(rule) === "KUBE-LOAD-BALANCER")) yield { rule, set };
    }
}

/** The entry that a Service has in a set of kube-proxy's; undefined: it belongs into another. */
function entryOf(side: Side, { flow }: Probe, set: IpSet): string | undefined {
  const name = plainSetName(set.name);
  const kind = side.served.get(`${flow.proto} ${flow.to} ${flow.port}`)?.kind;
  if (kind === "node-port")
    return name === `KUBE-NODE-PORT-${flow.proto.toUpperCase()}` ? String(flow.port) : undefined;
  const own = { "cluster-ip": "KUBE-CLUSTER-IP", external: "KUBE-EXTERNAL-IP", "load-balancer": "KUBE-LOAD-BALANCER" };
  return kind !== undefined && name === own[kind] ? `${flow.to},${flow.proto}:${flow.port}` : undefined;
}

export const ipsetEntryMissing: DefectRule = {
  id: "ipset-entry-missing",

  find({ side, failing }: Case): Sighting[] {
    if (side.print.mode !== "ipvs") return [];
    const sightings: Sighting[] = [];
    for (const family of [4, 6] as const) {
      const unmarked = failing.filter(
        (p) => familyOf(p.flow.to) === family && isTracked(p) && !ledToMark(p) && servedHere(p),
      );
      if (unmarked.length === 0) continue;
      for (const { rule, set } of markingRules(side, family)) {
        if (!set.whole) continue;
        const held = new Set(Array.from(set.entries, (e) => e.text));
        const missing = groupedBy(unmarked, (p) => {
          const entry = entryOf(side, p, set);
          return entry !== undefined && !held.has(entry) ? entry : undefined;
        });
        if (missing.size === 0) continue;
        const entries = [...missing.keys()];
        sightings.push({
          id: "ipset-entry-missing",
          side,
          family,
          probes: [...missing.values()].flat(),
          remedies: [
            {
              fixes: [
                restartKubeProxy,
                {
                  kind: "command",
                  text: entries
                    .slice(0, 5)
                    .map((entry) => `ipset add ${set.name} ${entry} -exist`)
                    .join("; "),
                  says: words(
                    "At once; kube-proxy takes out at its next sync what it does not know. Undo with ipset del. Open connections stay as they are.",
                    "立即生效；kube-proxy 下次同步时会删掉它不认识的条目。用 ipset del 撤销。已建立的连接不变。",
                  ),
                },
              ],
              holds: words(`Shown with ${entries[0]} in ${set.name}.`, `以 ${set.name} 含有 ${entries[0]} 验证。`),
              apply: (snapshot) => addToSet(snapshot, set.name, set.type, family, entries),
            },
          ],
          missteps: [],
          evidence: [
            {
              side: side.name,
              at: set.at,
              says: words(`${set.name} does not hold ${entries[0]}`, `${set.name} 中没有 ${entries[0]}`),
            },
            {
              side: side.name,
              at: rule.rule.at,
              says: words("only what is in the set is marked here", "这里只标记集合中的目的地"),
            },
          ],
          byAbsence: false,
        });
      }
    }
    return sightings;
  },

  explain({ side, family, probes, evidence }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const gone = evidence[0]?.says ?? words("", "");
    return {
      title: words(
        "A Service is missing in the set that decides who is masqueraded",
        "决定是否 MASQUERADE 的集合中缺少某个 Service",
      ),
      what: words(
        `On the ${side.name} node ${gone.en}, though IPVS serves ${to}: its traffic is not marked.`,
        `${sideWords[side.name]}上 ${gone["zh-CN"]}，而 IPVS 提供 ${to}：它的流量没有打上标记。`,
      ),
      why: words(
        "Without the mark the packet keeps a source that the server's answer does not find back to this node by.",
        "没有标记，报文保留了原来的源地址，服务端的回包回不到本节点。",
      ),
      verify: [
        `ipset list ${family === 6 ? "KUBE-6-CLUSTER-IP" : "KUBE-CLUSTER-IP"} | grep -F ${first?.flow.to ?? ""}`,
        "journalctl -u kube-proxy | grep -i ipset",
      ],
    };
  },
};
