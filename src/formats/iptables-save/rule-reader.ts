import type { Family } from "../../model/net/ip.ts";
import { parseRule, type RuleContext } from "../../model/netfilter/parse-rule.ts";
import type { Rule } from "../../model/netfilter/rule.ts";

/** How a rule stands on its line: as iptables-save and -S write it, or as a row of -L. */
export interface RuleReader {
  /** `chain` is the one it is taken to stand in, which a row does not name. */
  read(text: string, chain: string, context: RuleContext): Rule | undefined;
  /** What stands behind -j or -g: found without reading the whole rule. */
  targetOf(text: string): string | undefined;
  /** Undefined: nothing in it tells the families apart. */
  familyOf(text: string): Family | undefined;
  /** Plain lines are read by `PlainRules`, which gives the same rules. */
  readonly plain?: boolean;
  /** Conditions on interfaces are not shown. */
  readonly hidesInterfaces?: boolean;
}

/** Option values that only one family has. */
const six =
  /\s(?:-[sd] [0-9a-fA-F]*:[0-9a-fA-F:]|-p (?:ipv6-icmp|icmpv6|mobility-header)(?:\s|$)|--reject-with icmp6-|--icmpv6-type|-m (?:icmp6|hl|frag|rt|hbh|mh|ipv6header|eui64)(?:\s|$)|--to-(?:source|destination) \[?[0-9a-fA-F]*:[0-9a-fA-F]*:|--mask [0-9a-fA-F]*:)/;
const four =
  /\s(?:-[sd] \d+\.\d+\.|-p icmp(?:\s|$)|--reject-with icmp-|--icmp-type|-m (?:icmp|ttl|realm)(?:\s|$)|--to-(?:source|destination) \d+\.|--to \d+\.\d+|--mask \d+\.)/;
const quoted = /"(?:[^"\\]|\\.)*"/g;

/** Lines of iptables-save and iptables -S. */
export const savedRules: RuleReader = {
  plain: true,
  read(text, chain, context) {
    const rule = parseRule(text, context);
    return rule && rule.chain !== chain ? { ...rule, chain } : rule; // its chain was renamed since
  },
  targetOf: (text) => /\s-[jg] (\S+)/.exec(text.includes('"') ? text.replace(quoted, '""') : text)?.[1],
  familyOf: (text) => (four.test(text) ? 4 : six.test(text) ? 6 : undefined),
};
