import type { Family } from "../../model/net/ip.ts";
import { readListedRule } from "../../model/netfilter/read-listed-rule.ts";
import type { RuleReader } from "../iptables-save/rule-reader.ts";
import type { Layout } from "./layout.ts";
import { splitRow } from "./split-row.ts";

/** Reads rows of one layout as rules. */
export const rowReader = (layout: Layout): RuleReader => ({
  read(text, chain, context) {
    const row = splitRow(text, layout);
    return row && readListedRule(row, chain, context);
  },
  targetOf: (text) => splitRow(text, layout)?.target?.text,
  familyOf: (text) => familyOf(text, layout),
  hidesInterfaces: !layout.verbose,
});

/** By its addresses, by the protocol, by what REJECT answers. */
function familyOf(text: string, layout: Layout): Family | undefined {
  const row = splitRow(text, layout);
  if (!row) return undefined;
  for (const { text: address } of [row.source, row.destination]) {
    if (/^!?\d+\.\d+\.\d+\.\d+/.test(address)) return 4;
    if (address.includes(":")) return 6;
  }
  const proto = row.proto.text.replace(/^!/, "");
  if (proto === "icmp" || proto === "1") return 4;
  if (proto === "ipv6-icmp" || proto === "58" || proto === "mobility-header" || proto === "135") return 6;
  const answer = /reject-with icmp(6?)-/.exec(row.text.text);
  if (answer) return answer[1] === "6" ? 6 : 4;
  // Until 1.8.7 only ip6tables leaves the column blank.
  return row.fragment === undefined ? 6 : undefined;
}
