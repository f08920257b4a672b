import type { Diagnostic } from "../../base/diagnostic.ts";
import { decode, sourceText } from "../../base/source.ts";
import type { TableName } from "../../model/netfilter/hook.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import { rulesOf } from "../../model/netfilter/rule.ts";
import type { Ruleset } from "../../model/netfilter/ruleset.ts";
import { readRule } from "../../model/netfilter/testing/read-rule.ts";
import { iptablesSavePrinter } from "../iptables-save/print.ts";
import { printTexts } from "../print.ts";
import { readNode } from "../read.ts";
import { deviationOf } from "./deviations.ts";
import type { KernelTables } from "./kernel.ts";
import { chain, type Spelling } from "./load.ts";

/** What does not come out as the kernel has it. */
export interface Difference {
  readonly where: string;
  readonly written?: string;
  readonly kernel: string;
  readonly natlens: string;
}

export interface Checked {
  /** Lines that came back identical. */
  readonly identical: number;
  readonly differences: readonly Difference[];
}

/** Is a saved text printed as it was, line by line? */
export function checkSaved(where: string, text: string): Checked {
  const troubles: Diagnostic[] = [];
  const printed = [...printTexts([sourceText("saved", where, text)], iptablesSavePrinter, (t) => void troubles.push(t))]
    .join("\n")
    .split("\n");
  const lines = text.replace(/\n$/, "").split("\n");
  const differences: Difference[] = [];
  let identical = 0;
  for (let i = 0; i < Math.max(lines.length, printed.length); i++)
    if (lines[i] === printed[i]) identical++;
    else differences.push({ where, kernel: lines[i] ?? "(no line)", natlens: printed[i] ?? "(no line)" });
  for (const { code, severity, at } of troubles)
    if (severity === "error")
      differences.push({ where, kernel: text.slice(at.from, at.to), natlens: `reported as ${code}` });
  return { identical, differences };
}

/** Is each spelling printed as the kernel saved it, and is a listing read to the same rules? */
export function checkSpellings(tables: KernelTables, table: TableName, accepted: readonly Spelling[]): Checked {
  const saved = sourceText("saved", "saved", tables.save({ table }));
  const where = `${tables.title}, ${table}`;
  const rules = rulesIn(readNode([saved]).snapshot.iptables.get(tables.family), table);
  const differences: Difference[] = [];
  if (rules.length !== accepted.length)
    differences.push({ where, kernel: `${accepted.length} rules`, natlens: `${rules.length} rules` });
  let identical = 0;
  for (const [i, rule] of rules.entries()) {
    const written = accepted[i]?.text ?? "";
    const kernel = decode(saved, rule.at.from, rule.at.to);
    const own = readRule(`-A ${chain} ${written}`.trimEnd(), tables.family).rule;
    const natlens = own ? printRule(own) : "(no rule)";
    const known = deviationOf(tables.backend, written);
    if (known && natlens === kernel) differences.push({ where, written, kernel, natlens: "no longer deviates" });
    else if (known || natlens === kernel) identical++;
    else differences.push({ where, written, kernel, natlens });
  }
  for (const options of [["-S"], ["-S", "-v"]]) {
    const text = `$ ip${tables.family === 6 ? "6" : ""}tables -t ${table} ${options.join(" ")}\n${tables.list(table, ...options)}`;
    const listed = rulesIn(
      readNode([sourceText("listed", "listed", text)]).snapshot.iptables.get(tables.family),
      table,
    );
    for (const [i, rule] of rules.entries()) {
      const kernel = printRule(rule);
      const other = listed[i];
      const natlens = other ? printRule(other) : "(no rule)";
      if (natlens === kernel) identical++;
      else differences.push({ where: `${where}, ${options.join(" ")}`, kernel, natlens });
    }
  }
  return { identical, differences };
}

const rulesIn = (ruleset: Ruleset | undefined, table: TableName) => {
  const found = ruleset?.tables.get(table)?.chains.get(chain);
  return found ? [...rulesOf(found.rules)] : [];
};
