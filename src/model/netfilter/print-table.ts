import type { Span } from "../../base/span.ts";
import { printRule } from "./print-rule.ts";
import { rulesOf } from "./rule.ts";
import type { Table } from "./ruleset.ts";

/** What the model does not keep, looked up where the table was read from. */
export interface TableOrigin {
  /** A chain's `packets:bytes`, by where its declaration stands. */
  counters(declaration: Span | undefined): string;
  /** A rule's line with the very bytes it was written with, where they are no UTF-8. */
  exact(line: string, at: Span): string;
}

/**
 * A table as iptables-save prints it, line by line; rules bear counters where they were given. Only what is known is printed: no chain
 * line that was not there, and no COMMIT of a table that had none.
 */
export function* printTable(table: Table, origin: TableOrigin): Generator<string> {
  const { frame } = table;
  if (frame) yield* frame.before;
  yield `*${table.name}`;
  for (const { name, declared, policy, at } of table.chains.values())
    if (declared && at) yield `:${name} ${policy ?? "-"} [${policy === undefined ? "0:0" : origin.counters(at)}]`;
  for (const { rules } of table.chains.values())
    for (const rule of rulesOf(rules)) {
      const { counters: given } = rule;
      // A listing rounds large ones (`100K`), which iptables-restore does not take.
      const whole = given && /^\d+$/.test(given.packets) && /^\d+$/.test(given.bytes);
      yield origin.exact(whole ? `[${given.packets}:${given.bytes}] ${printRule(rule)}` : printRule(rule), rule.at);
    }
  if (frame ? frame.committed : table.state === "whole") yield "COMMIT";
  if (frame) yield* frame.after;
}
