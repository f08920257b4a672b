import type { Span } from "../../base/span.ts";
import { printRule } from "./print-rule.ts";
import { rulesOf } from "./rule.ts";
import type { Table } from "./ruleset.ts";

/** A chain's `packets:bytes`, found by where its declaration stands. */
export type ChainCounters = (declaration: Span | undefined) => string;

/**
 * A table as iptables-save prints it, line by line; rules bear counters where they were given. Only what is known is printed: no chain line that was not there,
 * and no COMMIT of a table that had none.
 */
export function* printTable(table: Table, counters: ChainCounters): Generator<string> {
  const { frame } = table;
  if (frame) yield* frame.before;
  yield `*${table.name}`;
  for (const { name, declared, policy, at } of table.chains.values())
    if (declared && at) yield `:${name} ${policy ?? "-"} [${policy === undefined ? "0:0" : counters(at)}]`;
  for (const { rules } of table.chains.values())
    for (const rule of rulesOf(rules)) {
      const { counters: given } = rule;
      // A listing rounds large ones (`100K`), which iptables-restore does not take.
      const exact = given && /^\d+$/.test(given.packets) && /^\d+$/.test(given.bytes);
      yield exact ? `[${given.packets}:${given.bytes}] ${printRule(rule)}` : printRule(rule);
    }
  if (frame ? frame.committed : table.state === "whole") yield "COMMIT";
  if (frame) yield* frame.after;
}
