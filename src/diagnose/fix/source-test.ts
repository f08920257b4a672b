import { markMasq, plainSetName, services } from "../../kube-proxy/names.ts";
import { commentOf, setsOf, wordedRule } from "../../kube-proxy/rule-words.ts";
import { type Cidr, sameCidr } from "../../model/net/cidr.ts";
import type { Family } from "../../model/net/ip.ts";
import type { Rule, RuleList } from "../../model/netfilter/rule.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";

/** Every rule of kube-proxy's nat chains changed by `change`; they stay undecoded until somebody asks for one. */
function mapKubeRules(snapshot: NodeSnapshot, family: Family, change: (rule: Rule) => Rule): NodeSnapshot {
  const ruleset = snapshot.iptables.get(family);
  const nat = ruleset?.tables.get("nat");
  if (!ruleset || !nat) return snapshot;
  const chains = new Map(nat.chains);
  for (const [name, chain] of chains) {
    if (!name.startsWith("KUBE-")) continue;
    const rules: RuleList = {
      length: chain.rules.length,
      at: (i) => {
        const rule = chain.rules.at(i);
        return rule && change(rule);
      },
    };
    chains.set(name, { ...chain, rules });
  }
  const tables = new Map(ruleset.tables).set("nat", { ...nat, chains });
  return { ...snapshot, iptables: new Map(snapshot.iptables).set(family, { ...ruleset, tables }) };
}

/** kube-proxy started with another cluster CIDR: `-s OLD` and `! -s OLD` become those of the new one. */
export const withOtherRange = (snapshot: NodeSnapshot, family: Family, old: Cidr, cidr: Cidr): NodeSnapshot =>
  mapKubeRules(snapshot, family, (rule) => {
    const { source } = rule.header;
    return source && sameCidr(source.is, old)
      ? { ...rule, header: { ...rule.header, source: { ...source, is: cidr } } }
      : rule;
  });

/** kube-proxy started with a cluster CIDR in place of masquerade-all: what marks everything spares pods. */
export const sparingPods = (snapshot: NodeSnapshot, family: Family, cidr: Cidr): NodeSnapshot =>
  mapKubeRules(snapshot, family, (rule) =>
    marksAllToClusterIps(rule) ? { ...rule, header: { ...rule.header, source: { negated: true, is: cidr } } } : rule,
  );

function marksAllToClusterIps(rule: Rule): boolean {
  if (rule.target?.name !== markMasq || rule.header.source || rule.header.in) return false;
  if (rule.chain !== services && !/^KUBE-SV[CL]-/.test(rule.chain)) return false;
  const worded = wordedRule(rule);
  return (
    setsOf(worded).some((s) => plainSetName(s.set) === "KUBE-CLUSTER-IP" && !s.negated) ||
    (commentOf(worded)?.endsWith(" cluster IP") ?? false)
  );
}
