import { decodeExactly } from "../../base/exact-bytes.ts";
import { decode, type SourceText } from "../../base/source.ts";
import { printTable, type TableOrigin } from "../../model/netfilter/print-table.ts";
import type { Ruleset } from "../../model/netfilter/ruleset.ts";
import type { Printer } from "../printer.ts";

/** `:INPUT ACCEPT [82:6139]` of iptables-save, `-P INPUT ACCEPT -c 82 6139` of iptables -S -v. */
const chainCounters = /^:\S+\s+\S+\s+\[(\d+:\d+)\]|^-P\s+\S+\s+\S+\s+-c\s+(\d+)\s+(\d+)/;

/** Rules of any origin as iptables-save 1.8 writes them. */
export const iptablesSavePrinter: Printer = {
  id: "iptables-save",
  print: (contribution, source) =>
    contribution.kind === "ruleset" ? rulesetLines(contribution.ruleset, source) : undefined,
};

function* rulesetLines(ruleset: Ruleset, source: SourceText): Generator<string> {
  const origin: TableOrigin = {
    counters(at) {
      const found = at && chainCounters.exec(decode(source, at.from, at.to));
      return found ? (found[1] ?? `${found[2]}:${found[3]}`) : "0:0";
    },
    exact: (line, { from, to }) =>
      line.includes("\ufffd") && line === decode(source, from, to) ? decodeExactly(source, from, to) : line,
  };
  for (const table of ruleset.tables.values()) yield* printTable(table, origin);
}
