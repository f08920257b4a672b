import type { Diagnostic } from "../base/diagnostic.ts";
import type { SourceText } from "../base/source.ts";
import { spanText } from "../base/span.ts";
import { words } from "../base/words.ts";
import type { TableName } from "../model/netfilter/hook.ts";
import { holdsRules, type Ruleset, type Table } from "../model/netfilter/ruleset.ts";
import { joinTables } from "./same-table.ts";
import type { Clash } from "./second-node.ts";

type Sources = ReadonlyMap<string, SourceText>;

/** Rules of several segments of one family. Those of the two backends are kept apart: the kernel runs both. */
export function mergeRulesets(first: Ruleset | undefined, next: Ruleset, sources: Sources, clashes: Clash[]): Ruleset {
  if (!first) return next;
  if (first.fromCommands !== next.fromCommands)
    return first.fromCommands ? withCommands(next, first) : withCommands(first, next);
  const { other, ...main } = first;
  const [a, b] = [main.tool?.backend, next.tool?.backend];
  if (a === undefined || b === undefined || a === b) {
    const merged = mergeTables(main, next, sources, clashes);
    return other ? { ...merged, other } : merged;
  }
  const both = other ? mergeTables(other, next, sources, clashes) : next;
  return weight(both) > weight(main) ? { ...both, other: main } : { ...main, other: both };
}

/** Tables that only commands tell of stand beside those of dumps, where the dumps do not tell of all. */
function withCommands(dumped: Ruleset, commands: Ruleset): Ruleset {
  return dumped.complete ? dumped : { ...dumped, tables: new Map([...commands.tables, ...dumped.tables]) };
}

/** The backend that kube-proxy uses is the one to follow; else one that holds rules; else the first. */
function weight(ruleset: Ruleset): number {
  const nat = ruleset.tables.get("nat")?.chains;
  const kube = ["KUBE-SERVICES", "KUBE-POSTROUTING"].some((name) => (nat?.get(name)?.rules.length ?? 0) > 0);
  return kube ? 2 : holdsRules(ruleset) ? 1 : 0;
}

/** Tables of one backend; where a table met again says something else, the first counts. */
function mergeTables(first: Ruleset, next: Ruleset, sources: Sources, clashes: Clash[]): Ruleset {
  // One that is known to be empty says nothing of another's rules: then it was of another backend, or moment.
  if (first.tables.size === 0) return withOther(next, first);
  if (next.tables.size === 0) return withOther(first, next);
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

function withOther(ruleset: Ruleset, { otherBackend }: Ruleset): Ruleset {
  return ruleset.otherBackend || !otherBackend ? ruleset : { ...ruleset, otherBackend };
}

/** Rules of two backends: whether one dump is half the truth. */
export function twoBackends(ruleset: Ruleset): readonly Diagnostic[] {
  const { other, otherBackend, tool } = ruleset;
  const said = otherBackend ?? other?.otherBackend;
  if (!other)
    return said
      ? [
          {
            code: "iptables-save/other-backend",
            severity: "warning",
            at: said,
            message: words(
              "The node has rules of the other iptables backend, too; they are not in this dump.",
              "节点上还有另一个 iptables 后端的规则，本转储中没有。",
            ),
            advice: words(
              "Run iptables-legacy-save and iptables-nft-save, and paste both.",
              "请分别运行 iptables-legacy-save 和 iptables-nft-save，并粘贴两者的输出。",
            ),
          },
        ]
      : [];
  const [first] = other.tables.values();
  if (!first || !holdsRules(other) || !holdsRules(ruleset)) return [];
  const [followed, left] =
    tool?.backend === "nft" ? ["iptables-nft", "iptables-legacy"] : ["iptables-legacy", "iptables-nft"];
  return [
    {
      code: "iptables-save/two-backends",
      severity: "warning",
      at: { ...first.at, to: Math.min(first.at.to, first.at.from + 1) },
      message: words(
        `The kernel runs the rules of both backends, these of ${left} beside those of ${followed}; natlens follows both.`,
        `内核同时执行两个后端的规则：${followed} 的，以及这里 ${left} 的；natlens 两者都推演。`,
      ),
      advice: words(
        "If these are left over from before, remove them on the node. Which nat rules come first, `nft list hooks` tells.",
        "如果这些是以前残留的规则，请在节点上清除。哪个后端的 nat 规则在先，可用 `nft list hooks` 查看。",
      ),
    },
  ];
}

/** Lines of a table, as many others may be compared with it. */
const linesOf = new WeakMap<Table, ReadonlySet<string>>();

/** The second table only repeats lines of the first, as a report does that quotes a few of them. */
function quotes(first: Table, second: Table, sources: Sources): boolean {
  const a = sources.get(first.at.source);
  const b = sources.get(second.at.source);
  if (!a || !b) return false;
  const known = linesOf.get(first) ?? new Set(spanText(a, first.at).split(/\r?\n/).map(bare));
  linesOf.set(first, known);
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
