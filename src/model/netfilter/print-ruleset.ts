import { printRule } from "./print-rule.ts";
import { rulesOf } from "./rule.ts";
import type { Ruleset, Table } from "./ruleset.ts";

/**
 * A table as iptables-save prints it, line by line. Chain counters are not kept, so they are 0, as after a restart. Only what is known
 * is printed: of a partial table no chain line that was not there, and no COMMIT.
 */
export function* printTable(table: Table): Generator<string> {
  yield `*${table.name}`;
  for (const { name, declared, policy } of table.chains.values()) if (declared) yield `:${name} ${policy ?? "-"} [0:0]`;
  for (const { rules } of table.chains.values()) for (const rule of rulesOf(rules)) yield printRule(rule);
  if (table.state === "whole") yield "COMMIT";
}

/** All tables of one family, without the tool's comment lines. */
export function* printRuleset(ruleset: Ruleset): Generator<string> {
  for (const table of ruleset.tables.values()) yield* printTable(table);
}
