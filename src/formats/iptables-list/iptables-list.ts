import type { Diagnostic } from "../../base/diagnostic.ts";
import { toEnd } from "../../base/steps.ts";
import { words } from "../../base/words.ts";
import type { Contribution, Format, SegmentReading } from "../format.ts";
import { countsOf } from "../iptables-save/iptables-save.ts";
import { rulesetsOf } from "../iptables-save/rulesets.ts";
import { collectRows } from "./collect-rows.ts";
import { sniff } from "./sniff.ts";
import { withoutInterfaces } from "./without-interfaces.ts";

/**
 * `iptables -L` and `ip6tables -L`, with and without -n, -v, -x and --line-numbers: iptables/iptables.c, iptables/nft-shared.c (1.8.9).
 *   Chain PREROUTING (policy ACCEPT 12 packets, 720 bytes)
 *    pkts bytes target     prot opt in     out     source               destination
 *      12   720 KUBE-SERVICES  6    --  *      *       0.0.0.0/0            0.0.0.0/0            tcp dpt:443
 *
 * A listing is made for people: it names no table, and without -v no interfaces. Each row is turned back into the rule that it
 * shows (each match and target reads its own text), and what it hides is unknown, not absent. Tables are told apart as those of -S are.
 */
export const iptablesList: Format = {
  id: "iptables-list",
  title: words("iptables -L", "iptables -L"),
  sniff,
  printedBy([name = "", ...rest]) {
    return /^ip6?tables(?:-legacy|-nft)?$/.test(name) && rest.some((word) => /^-[a-zA-Z]*L$|^--list$/.test(word));
  },
  parse(segment) {
    const diagnostics: Diagnostic[] = [];
    const report = (diagnostic: Diagnostic): void => void diagnostics.push(diagnostic);
    const blocks = collectRows(segment, report);
    const rulesets = toEnd(rulesetsOf(segment, { blocks, incompatible: false }, report));
    for (const block of blocks)
      if (block.ruleLines.length > 0 && block.reader.hidesInterfaces)
        report(withoutInterfaces(segment.lines.span(block.from)));
    const tables = rulesets.flatMap((ruleset) => [...ruleset.tables.values()]);
    const value: SegmentReading = {
      contributions: rulesets.map((ruleset): Contribution => ({ kind: "ruleset", ruleset })),
      coverage: tables.length > 0 && tables.every((table) => table.state === "whole") ? "whole" : "partial",
      counts: countsOf(blocks),
    };
    return { value, diagnostics };
  },
};
