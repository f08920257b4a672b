import { words } from "../base/words.ts";
import { type Address, type Interface, isSymbolic } from "../model/net/symbolic.ts";
import type { Ruleset } from "../model/netfilter/ruleset.ts";
import type { Guess } from "../model/node/question.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { commentOf, rulesIn, type WordedRule } from "./rule-words.ts";

/*
 * The AWS VPC CNI gives pods addresses of several interfaces (ENIs); a rule `from POD lookup N` sends what a pod sends out by its own. So
 * that answers to node ports go back by the first interface, it marks those connections (pkg/networkutils/network.go):
 *   mangle  -A PREROUTING -i eth0 -m comment --comment "AWS, primary ENI" -m addrtype --dst-type LOCAL --limit-iface-in -j CONNMARK --set-xmark 0x80/0x80
 *   mangle  -A PREROUTING -i eni+ -m comment --comment "AWS, primary ENI" -j CONNMARK --restore-mark --nfmask 0x80 --ctmask 0x80
 *   ip rule 1024: from all fwmark 0x80/0x80 lookup main
 */

/** AWS_VPC_K8S_CNI_CONNMARK, by default. */
export const awsMark = 0x80;
const primary = "AWS, primary ENI";

export const hasAwsCni = (ruleset: Ruleset | undefined): boolean =>
  [...(ruleset?.tables.get("nat")?.chains.keys() ?? [])].some((c) => /^AWS-(?:SNAT|CONNMARK)-CHAIN-0$/.test(c)) ||
  [...awsMangleRules(ruleset)].length > 0;

/** The rules that mark a connection of the first interface and put the mark back on pods' answers. */
export function* awsMangleRules(ruleset: Ruleset | undefined): Generator<WordedRule> {
  for (const r of rulesIn(ruleset, "mangle", "PREROUTING")) if (commentOf(r) === primary) yield r;
}

/** EC2 drops what an interface sends with an address that another one has (its source check). */
export function sentByOtherInterface(
  { iptables, links }: NodeSnapshot,
  source: Address,
  dev: Interface,
): Guess | undefined {
  if (isSymbolic(source) || typeof dev !== "string" || ![...iptables.values()].some(hasAwsCni)) return undefined;
  const out = links.list.find((link) => link.name === dev);
  const holder = links.list.find((link) => link.addresses.some((a) => a.address === source));
  if (!out || !holder || holder.name === dev || out.addresses.length === 0) return undefined;
  return {
    answer: true,
    about: words(
      `The VPC drops what ${dev} sends with the source ${source}.`,
      `VPC 会丢弃 ${dev} 以 ${source} 为源地址发出的报文。`,
    ),
    because: words(
      `It is the address of ${holder.name}, and EC2 checks the source of each interface unless told not to.`,
      `它是 ${holder.name} 的地址，而 EC2 默认检查每个网卡的源地址。`,
    ),
    settledBy: "aws ec2 describe-network-interfaces --query 'NetworkInterfaces[].SourceDestCheck'",
  };
}
