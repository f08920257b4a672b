import type { Rule } from "../model/netfilter/rule.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { services } from "./names.ts";
import { chainOf, hasWord, wordedRule } from "./rule-words.ts";

const nodePorts = "KUBE-NODEPORTS";

/** The rule of iptables mode that takes what is for the node itself to the node ports: the last of KUBE-SERVICES, IPv4. */
export function nodePortEntry(snapshot: NodeSnapshot): Rule | undefined {
  const rules = chainOf(snapshot.iptables.get(4), "nat", services)?.rules;
  const last = rules?.at(rules.length - 1);
  return last?.target?.name === nodePorts ? last : undefined;
}

/** That rule, where it takes 127.0.0.1 too: `--iptables-localhost-nodeports=false` leaves it out, `--nodeport-addresses` names others. */
export function localhostNodePortEntry(snapshot: NodeSnapshot): Rule | undefined {
  const entry = nodePortEntry(snapshot);
  return entry && !entry.header.destination && hasWord(wordedRule(entry), "LOCAL") ? entry : undefined;
}
