import type { Ruleset } from "../../model/netfilter/ruleset.ts";
import type { Reading } from "../reading.ts";

/** Keys of places, of how whole something is, and of what is only there in whole dumps. */
const aside = new Set([
  "at",
  "sources",
  "coverage",
  "whole",
  "partial",
  "state",
  "complete",
  "iptables",
  "frame",
  "source",
]);

/** What a reading says of its node, rules included, without places and without how whole anything is: comparable and printable. */
export function contentOf(reading: Reading): string {
  const { iptables, connections, ...rest } = reading.snapshot;
  const rulesets = [...iptables].map(([family, ruleset]) => [family, tablesOf(ruleset)]);
  return JSON.stringify({
    ...(plain(rest) as object),
    rulesets,
    // of which dump one is, is a matter of place
    connections: connections.flatMap((list) => plain(list)),
  });
}

const tablesOf = (ruleset: Ruleset): unknown =>
  [...ruleset.tables.values()].map((table) => ({
    name: table.name,
    chains: [...table.chains.values()].map((chain) => ({
      name: chain.name,
      policy: chain.policy,
      declared: chain.declared,
      rules: Array.from({ length: chain.rules.length }, (_, i) => plain(chain.rules.at(i))),
    })),
  }));

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (Symbol.iterator in value) return Array.from(value as Iterable<unknown>, plain);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !aside.has(key))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, plain(inner)]),
  );
}
