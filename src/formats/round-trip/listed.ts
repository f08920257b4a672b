import { sourceText } from "../../base/source.ts";
import type { TableName } from "../../model/netfilter/hook.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import { type Rule, rulesOf } from "../../model/netfilter/rule.ts";
import { readNode } from "../read.ts";
import type { Reading } from "../reading.ts";
import type { Difference } from "./check.ts";
import type { KernelTables } from "./kernel.ts";
import { chain } from "./load.ts";

/** How the rules of listings compare with the saved ones. */
export interface ListedCount {
  rules: number;
  equal: number;
  /** The listing leaves something out, and natlens says so. */
  hidden: number;
  /** Not understood, and said so; such a rule counts as unknown. */
  undecided: number;
  /** Saved rules that came out as one of the last two. */
  readonly incomplete: Set<string>;
}

/** Ways to list; without -v interfaces are not shown. */
const ways: readonly (readonly string[])[] = [
  ["-L", "-n", "-v"],
  ["-L", "-n", "-v", "-x", "--line-numbers"],
  ["-L", "-n"],
  ["-L", "-v"],
  ["-L", "--line-numbers"],
];

/** Is each way of listing a table read to the rules that the tool saves? What is neither equal nor owned up to is a difference. */
export function checkListed(tables: KernelTables, table: TableName, count: ListedCount): readonly Difference[] {
  const rules = rulesIn(readNode([sourceText("saved", "saved", tables.save({ table }))]), tables, table);
  const differences: Difference[] = [];
  const command = `ip${tables.family === 6 ? "6" : ""}tables -t ${table}`;
  for (const options of ways) {
    const where = `${tables.title}, ${table}, ${options.join(" ")}`;
    const text = `$ ${command} ${options.join(" ")}\n${tables.list(table, ...options)}`;
    const reading = readNode([sourceText("listed", "listed", text)]);
    const listed = rulesIn(reading, tables, table);
    const shown = options.includes("-v") ? printRule : (rule: Rule) => printRule({ ...rule, header: bare(rule) });
    for (const [i, rule] of rules.entries()) {
      count.rules++;
      const kernel = shown(rule);
      const other = listed[i];
      if (other && (printRule(other) === kernel || printRule(other) === sameMeaning(kernel))) count.equal++;
      else if (other && (other.hidden?.includes("options") || !other.understood)) {
        if (other.hidden?.includes("options")) count.hidden++;
        else count.undecided++;
        count.incomplete.add(kernel);
      } else differences.push({ where, kernel, natlens: other ? printRule(other) : "(no rule)" });
    }
  }
  return differences;
}

/** Conditions but for interfaces. */
function bare({ header }: Rule): Rule["header"] {
  const { in: _in, out: _out, ...rest } = header;
  return rest;
}

/**
 * What a listing leaves out because it means nothing: a full range of ports, which sctp and dccp save, and (nft) eui64, which has no options
 * and no print function. Numbers of realms and groups are listed as such, and saved by name.
 */
const sameMeaning = (rule: string): string =>
  rule
    .replace(/(?<! !) --[sd]port 0:65535/g, "")
    .replace(/ -m eui64/, "")
    .replace(/(?<=--realm )cosmos|(?<=--(?:src|dst)-group )default/, "0x0");

function rulesIn({ snapshot }: Reading, tables: KernelTables, table: TableName): readonly Rule[] {
  const found = snapshot.iptables.get(tables.family)?.tables.get(table)?.chains.get(chain);
  return found ? [...rulesOf(found.rules)] : [];
}
