import type { Family } from "../../model/net/ip.ts";
import type { ShownCommand } from "../format.ts";
import type { Block } from "./block.ts";

/** Option values that only one family has. */
const six =
  /\s(?:-[sd] [0-9a-fA-F]*:[0-9a-fA-F:]|-p (?:ipv6-icmp|icmpv6|mobility-header)(?:\s|$)|--reject-with icmp6-|--icmpv6-type|-m (?:icmp6|hl|frag|rt|hbh|mh|ipv6header|eui64)(?:\s|$)|--to-(?:source|destination) \[?[0-9a-fA-F]*:[0-9a-fA-F]*:|--mask [0-9a-fA-F]*:)/;
const four =
  /\s(?:-[sd] \d+\.\d+\.|-p icmp(?:\s|$)|--reject-with icmp-|--icmp-type|-m (?:icmp|ttl|realm)(?:\s|$)|--to-(?:source|destination) \d+\.|--to \d+\.\d+|--mask \d+\.)/;

/** What the rules' own words say: undefined where nothing tells the families apart. */
export function familyOfRules(block: Block, text: (line: number) => string): Family | undefined {
  for (const line of block.ruleLines) {
    const rule = text(line);
    if (four.test(rule)) return 4;
    if (six.test(rule)) return 6;
  }
  return undefined;
}

/** By the dump's header or the shown command: `ip6tables-save`. */
export function familyOfNames(block: Block, command: ShownCommand | undefined): Family | undefined {
  const name = block.tool?.name ?? command?.words[0];
  if (name === undefined) return undefined;
  if (name.includes("ip6tables")) return 6;
  return name.includes("iptables") ? 4 : undefined;
}
