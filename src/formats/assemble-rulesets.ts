import type { SourceText } from "../base/source.ts";
import { spanText } from "../base/span.ts";
import type { TableName } from "../model/netfilter/hook.ts";
import type { Ruleset, Table } from "../model/netfilter/ruleset.ts";
import { joinTables } from "./same-table.ts";
import type { Clash } from "./second-node.ts";

type Sources = ReadonlyMap<string, SourceText>;

/** Tables of several segments of one family; where a table met again says something else, the first counts. */
export function mergeRulesets(first: Ruleset | undefined, next: Ruleset, sources: Sources, clashes: Clash[]): Ruleset {
  if (!first) return next;
  const tables = new Map<TableName, Table>(first.tables);
  for (const [name, table] of next.tables) {
    const known = tables.get(name);
    if (!known) tables.set(name, table);
    else if (!quotes(known, table, sources)) {
      const joined = joinTables(known, table);
      if (joined) tables.set(name, joined);
      else clashes.push({ what: `table ${name}`, first: known.at, second: table.at });
    }
  }
  const tool = first.tool ?? next.tool;
  const otherBackend = first.otherBackend ?? next.otherBackend;
  return {
    family: first.family,
    tables,
    complete: first.complete || next.complete,
    ...(tool && { tool }),
    ...(otherBackend && { otherBackend }),
  };
}

/** The second table only repeats lines of the first, as a report does that quotes a few of them. */
function quotes(first: Table, second: Table, sources: Sources): boolean {
  const a = sources.get(first.at.source);
  const b = sources.get(second.at.source);
  if (!a || !b) return false;
  const known = new Set(spanText(a, first.at).split(/\r?\n/).map(bare));
  return spanText(b, second.at)
    .split(/\r?\n/)
    .every((line) => known.has(bare(line)));
}

/** A line without its counters, which differ between two runs of the tool. */
const bare = (line: string): string =>
  line
    .trim()
    .replace(/^\[\d+:\d+\] /, "")
    .replace(/ \[\d+:\d+\]$/, "");
