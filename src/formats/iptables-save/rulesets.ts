import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Steps } from "../../base/steps.ts";
import { words } from "../../base/words.ts";
import type { Family } from "../../model/net/ip.ts";
import { builtInChains, type TableName } from "../../model/netfilter/hook.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import type { Ruleset, Table } from "../../model/netfilter/ruleset.ts";
import type { Lines, Segment } from "../format.ts";
import type { Block } from "./block.ts";
import { ChainTable } from "./chain-table.ts";
import { withChanges } from "./changes.ts";
import { checkTable } from "./check-table.ts";
import type { Collected } from "./collect-blocks.ts";
import { familyOfNames, familyOfRules } from "./infer-family.ts";
import { type InferredTable, inferTable, tableOfCommand } from "./infer-table.ts";
import { RuleLines } from "./rule-lines.ts";
import { areOneTable, join } from "./sections.ts";

type Report = (diagnostic: Diagnostic) => void;

/** Blocks that belong together: one run of the tool. */
interface Run {
  family: Family | undefined;
  readonly tool: Block["tool"];
  readonly form: ReturnType<typeof formOf>;
  readonly blocks: Map<TableName, Block>;
}

/** What a command that printed nothing says: no table of its backend is in use. */
export function emptyRuleset(command: string): Ruleset {
  const backend = /-(legacy|nft)-save$/.exec(command)?.[1];
  return {
    family: command.includes("ip6tables") ? 6 : 4,
    tables: new Map(),
    complete: true,
    ...((backend === "legacy" || backend === "nft") && { tool: { name: command, version: "", backend } }),
  };
}

/**
 * One ruleset for each run of the tool in the segment: v4 and v6, legacy and nft, and a table met again are kept apart. Yields lines that
 * are done.
 */
export function* rulesetsOf(segment: Segment, collected: Collected, report: Report): Steps<readonly Ruleset[]> {
  const { lines, command, cut } = segment;
  const filtered = command?.filtered === true;
  const last = collected.blocks[collected.blocks.length - 1];
  if (!last && collected.otherBackend) {
    // iptables-nft-save had no table of its own to print
    const { line, at } = collected.otherBackend;
    const empty = emptyRuleset(lines.text(line).includes("ip6tables") ? "ip6tables-nft-save" : "iptables-nft-save");
    return [{ ...empty, complete: !filtered && !cut && command !== undefined, otherBackend: at }];
  }
  const rulesets: Ruleset[] = [];
  for (const run of runsOf(segment, collected.blocks, report)) {
    const family = run.family ?? 4;
    const tables = new Map<TableName, Table>();
    for (const [name, block] of run.blocks)
      tables.set(name, yield* readTable(block, name, family, lines, !filtered && !(cut && block === last), report));
    const complete =
      run.tool !== undefined &&
      // one table alone, and no command line above it: it may be the answer to -t
      (command !== undefined || run.blocks.size > 1) &&
      !filtered &&
      !cut &&
      !collected.incompatible &&
      !collected.endsAtHead &&
      tableOfCommand(command) === undefined &&
      [...run.blocks.values()].every((block) => block.committed && block.completed && !block.disturbed);
    rulesets.push({
      family,
      tables,
      complete,
      ...(run.tool && { tool: run.tool }),
      ...(collected.otherBackend && { otherBackend: collected.otherBackend.at }),
    });
  }
  return rulesets;
}

function runsOf({ lines, command }: Segment, blocks: readonly Block[], report: Report): readonly Run[] {
  const runs: Run[] = [];
  const text = (line: number): string => lines.text(line);
  /** Table of the section before, if that had no name either. */
  let unnamed: TableName | undefined;
  for (const block of blocks) {
    if (block.chains.size === 0 && block.table === undefined) continue;
    const inferred = block.table === undefined ? inferTable(block, command, text) : undefined;
    const table = block.table ?? (inferred?.by === "default" ? unnamed : undefined) ?? inferred?.table ?? "filter";
    unnamed = inferred && table;
    const family = familyOfNames(block, command) ?? familyOfRules(block, text);
    const run = runs[runs.length - 1];
    const form = formOf(block);
    const fits =
      run !== undefined &&
      (form === "bare" || run.form === "bare" || form === run.form) &&
      (family === undefined || run.family === undefined || run.family === family) &&
      sameTool(run.tool, block.tool);
    const before = fits ? run.blocks.get(table) : undefined;
    if (fits) run.family ??= family;
    if (before && areOneTable(before, block)) {
      join(before, block);
      continue;
    }
    if (inferred) reportInferred(block, table, inferred.by, report, lines);
    if (before) reportTwice(block, table, report, lines);
    if (fits && !before) run.blocks.set(table, block);
    else runs.push({ family, tool: block.tool, form, blocks: new Map([[table, block]]) });
  }
  return runs;
}

/** `*nat` of iptables-save, `-P` and `-N` of iptables -S, or rules that either may have printed. */
const formOf = ({ table, listing }: Block): "save" | "list" | "bare" =>
  table !== undefined ? "save" : listing ? "list" : "bare";

const sameTool = (a: Block["tool"], b: Block["tool"]): boolean =>
  a === undefined || b === undefined || (a.name === b.name && a.backend === b.backend);

function reportInferred(block: Block, table: TableName, by: InferredTable["by"], report: Report, lines: Lines): void {
  const reason = {
    command: words("as the command says", "依据命令"),
    rules: words("judging by its rules", "依据规则内容"),
    default: words("as nothing says otherwise", "没有其他依据"),
  }[by];
  report({
    code: "iptables-save/table-inferred",
    severity: by === "default" ? "warning" : "info",
    at: lines.span(block.from),
    message: words(
      `No line names the table of these rules; it is taken for ${table}, ${reason.en}.`,
      `没有写明这些规则属于哪张表；按表 ${table} 处理，${reason["zh-CN"]}。`,
    ),
  });
}

function reportTwice(block: Block, table: TableName, report: Report, lines: Lines): void {
  report({
    code: "iptables-save/table-twice",
    severity: "warning",
    at: lines.span(block.from),
    message: words(
      `Table ${table} stands here a second time; the two are kept apart.`,
      `表 ${table} 再次出现；两份分开处理。`,
    ),
    advice: words("Paste one dump of one node only.", "请只粘贴同一节点的一份转储。"),
  });
}

/** The block after the changes that stand in it. */
function asLeft(block: Block, table: TableName, family: Family, lines: Lines, report: Report): Block {
  if (block.changes.length === 0) return block;
  const rules = new RuleLines(lines, block, table, family);
  const textOf = (chain: string, line: number): string | undefined => {
    const rule = rules.parse(chain, line, 1, () => {});
    return rule && printRule(rule);
  };
  return withChanges(block, block.changes, textOf, lines, report);
}

function* readTable(
  written: Block,
  name: TableName,
  family: Family,
  lines: Lines,
  unfiltered: boolean,
  report: Report,
): Steps<Table> {
  const block = asLeft(written, name, family, lines, report);
  const rules = new RuleLines(lines, block, name, family);
  const chains = new ChainTable(lines, rules, block.chains, name);
  const state = unfiltered && isWhole(block, name) ? "whole" : "partial";
  yield* checkTable(block, name, rules, lines, report);
  if (state === "whole") addMissingBuiltIns(chains, name, block, lines, report);
  else
    report({
      code: "iptables-save/partial-table",
      severity: "info",
      at: lines.span(block.from),
      message: words(
        `Of table ${name} only some lines are here; what is missing may exist on the node.`,
        `表 ${name} 只有部分内容；此处没有的，节点上可能有。`,
      ),
    });
  const { before, committed, after } = block;
  const cut = cutChains(block, name);
  return {
    name,
    chains,
    state,
    ...(cut && { cut }),
    at: { ...lines.span(block.from), to: lines.span(block.to).to },
    ...(block.table !== undefined && { frame: { before, committed, after } }),
  };
}

/**
 * iptables-save prints chain after chain, in the order of the chain lines. Where the text ends before COMMIT, the chain of
 * the last rule may go on behind the end, and those after it stand there whole; in another order any may.
 */
function cutChains(block: Block, table: TableName): ReadonlySet<string> | undefined {
  const chains = [...block.chains.values()].filter((chain) => chain.declaredAt !== undefined);
  const names = chains.map((chain) => chain.name);
  if (block.table === undefined || block.committed || !builtInChains[table].some((chain) => names.includes(chain)))
    return undefined;
  const place = new Map(chains.map((chain, at) => [chain.index, at]));
  let last = 0;
  for (const index of block.ruleChains) {
    const at = place.get(index);
    if (at === undefined || at < last) return new Set(names);
    last = at;
  }
  return new Set(names.slice(last));
}

/** Nothing of the table can be missing: it is framed, its chains are listed, and every chain with rules is among them. */
function isWhole(block: Block, table: TableName): boolean {
  if (block.disturbed) return false;
  for (const chain of block.chains.values()) if (chain.declaredAt === undefined) return false;
  if (block.listing) return builtInChains[table].every((chain) => block.chains.has(chain) || optional(table, chain));
  // iptables-save prints built-in chains always; without any it is what was grepped, or what iptables-restore is given.
  return block.table !== undefined && block.committed && builtInChains[table].some((chain) => block.chains.has(chain));
}

/** nat has INPUT since Linux 2.6.36. */
const optional = (table: TableName, chain: string): boolean => table === "nat" && chain === "INPUT";

/** nft before iptables 1.8.7 leaves out built-in chains that nobody has used; such a chain lets everything pass. */
function addMissingBuiltIns(chains: ChainTable, table: TableName, block: Block, lines: Lines, report: Report): void {
  for (const name of builtInChains[table]) {
    if (chains.has(name)) continue;
    chains.addEmpty(name, "ACCEPT");
    if (!optional(table, name))
      report({
        code: "iptables-save/built-in-missing",
        severity: "info",
        at: lines.span(block.from),
        message: words(
          `Table ${table} is printed without its built-in chain ${name}; it is taken to be empty.`,
          `表 ${table} 的输出中没有内置链 ${name}；按空链处理。`,
        ),
      });
  }
}
