import type { Diagnostic, Severity } from "../../base/diagnostic.ts";
import type { Defect } from "../../base/diagnostic-codes.ts";
import { numbered, type Words, words } from "../../base/words.ts";
import { isVerdict, listedUnder } from "../../model/netfilter/targets/index.ts";
import type { Lines, Segment } from "../format.ts";
import { type Block, newBlock } from "../iptables-save/block.ts";
import type { RuleReader } from "../iptables-save/rule-reader.ts";
import { beginsTable } from "./begins-table.ts";
import { type ChainLine, chainOf, isReflowed, type Layout, layoutOf } from "./layout.ts";
import { rowReader } from "./row-reader.ts";
import { guessLayout, type NumberedRow, splitRow } from "./split-row.ts";

type Report = (diagnostic: Diagnostic) => void;

/** First pass: which rows make up which chain and table. Rows are read as rules later. */
export function collectRows({ lines, command }: Segment, report: Report): readonly Block[] {
  return new Collector(lines, report).collect(chainOfCommand(command?.words));
}

/** Everything wanted of a block beside its lines. */
interface Checks {
  readonly references: Map<string, { readonly n: number; readonly line: number }>;
  readonly jumps: Map<string, number>;
}

class Collector {
  private readonly lines: Lines;
  private readonly report: Report;
  private readonly blocks: Block[] = [];
  private readonly checks = new Map<Block, Checks>();
  private readonly readers = new Map<string, RuleReader>();
  private block: Block | undefined;
  private chain: string | undefined;
  private layout: Layout | undefined;

  constructor(lines: Lines, report: Report) {
    this.lines = lines;
    this.report = report;
  }

  /** `only`: the chain that the command names, for rows whose `Chain` line was left out. */
  collect(only: string | undefined): readonly Block[] {
    for (let i = 0; i < this.lines.length; i++) this.line(i, this.lines.text(i), only);
    // titles of columns stand below each chain's line
    if (this.block && this.chain !== undefined && this.layout === undefined) this.block.disturbed = true;
    for (const [block, checks] of this.checks) this.countReferences(block, checks);
    return this.blocks;
  }

  private line(i: number, text: string, only: string | undefined): void {
    if (text.trim() === "") return;
    const chain = chainOf(text);
    if (chain) {
      this.declare(chain, i);
      return;
    }
    const layout = layoutOf(text);
    if (layout) {
      this.layout = layout;
      return;
    }
    const guessed = this.layout ?? guessLayout(text);
    const row = guessed && splitRow(text, guessed);
    if (guessed && row) this.row(row, guessed, i, only);
    else this.other(i, text);
  }

  private declare({ name, policy, references }: ChainLine, line: number): void {
    this.layout = this.layoutBelow(line);
    const { block } = this;
    const other = this.layout !== undefined && block !== undefined && !this.fits(block, this.layout);
    const into = !block || other || beginsTable(block, name, policy !== undefined) ? this.open(line) : block;
    const chain = into.chains.named(name);
    chain.declaredAt = line;
    if (policy === "ACCEPT" || policy === "DROP" || policy === "QUEUE" || policy === "RETURN") chain.policy = policy;
    into.to = line;
    this.chain = name;
    if (references !== undefined) this.checksOf(into).references.set(name, { n: references, line });
  }

  /** The columns of the rows below a `Chain` line. */
  private layoutBelow(line: number): Layout | undefined {
    for (let next = line + 1; next < this.lines.length; next++) {
      const text = this.lines.text(next);
      if (text.trim() !== "") return layoutOf(text) ?? guessLayout(text);
    }
    return undefined;
  }

  /** All rows of a block have the same columns. */
  private fits(block: Block, layout: Layout): boolean {
    return block.ruleLines.length === 0 || block.reader === this.readerOf(layout);
  }

  private row(row: NumberedRow, layout: Layout, line: number, only: string | undefined): void {
    const name = this.chain ?? only;
    if (name === undefined) {
      this.say(
        "row-without-chain",
        "warning",
        line,
        words(
          "The line that names the chain of this row is missing; the row is not used.",
          "缺少写明该行属于哪条链的行；此行未采用。",
        ),
        words("Paste the listing whole, with its “Chain …” lines.", "请完整粘贴列表，包括“Chain …”行。"),
      );
      return;
    }
    const block = this.block && this.fits(this.block, layout) ? this.block : this.open(line);
    block.reader = this.readerOf(layout);
    const chain = block.chains.named(name, line);
    chain.rules++;
    block.ruleLines.push(line);
    block.ruleChains.push(chain.index);
    block.to = line;
    if (row.shownNumber !== undefined && row.shownNumber !== chain.rules && !block.disturbed) {
      block.disturbed = true;
      this.say(
        "rows-missing",
        "warning",
        line,
        words(
          `The row has number ${row.shownNumber}, but it is row ${chain.rules} of ${name} here: rows are missing.`,
          `该行编号为 ${row.shownNumber}，在此却是 ${name} 的第 ${chain.rules} 行：缺少若干行。`,
        ),
      );
    }
    const target = row.target?.text;
    if (target === undefined || isVerdict(target)) return;
    const { jumps } = this.checksOf(block);
    jumps.set(target, (jumps.get(target) ?? 0) + 1);
  }

  private other(line: number, text: string): void {
    if (this.block) this.block.disturbed = true;
    if (isReflowed(text)) {
      this.say(
        "line-structure-lost",
        "error",
        line,
        words(
          "The listing stands on one line: its line ends were lost, so its rows cannot be told apart.",
          "整个列表在同一行：换行已丢失，无法分辨各行。",
        ),
        words(
          "Copy it from the terminal again, or paste the output of iptables-save.",
          "请从终端重新复制，或粘贴 iptables-save 的输出。",
        ),
      );
      return;
    }
    const incompatible = /is incompatible, use 'nft' tool/.test(text);
    this.say(
      incompatible ? "incompatible-table" : "not-understood",
      "error",
      line,
      incompatible
        ? words("The table holds rules that iptables cannot print.", "该表中有 iptables 无法打印的规则。")
        : words("iptables -L prints no such line.", "iptables -L 不会打印这样的行。"),
      incompatible ? words("Paste nft list ruleset as well.", "请同时粘贴 nft list ruleset 的输出。") : undefined,
    );
  }

  private open(line: number): Block {
    const block = newBlock(this.lines.source, undefined, line, undefined);
    block.listing = true;
    this.blocks.push(block);
    this.block = block;
    return block;
  }

  private readerOf(layout: Layout): RuleReader {
    const key = `${layout.numbered} ${layout.verbose} ${layout.prot}`;
    const reader = this.readers.get(key) ?? rowReader(layout);
    this.readers.set(key, reader);
    return reader;
  }

  private checksOf(block: Block): Checks {
    const checks = this.checks.get(block) ?? { references: new Map(), jumps: new Map() };
    this.checks.set(block, checks);
    return checks;
  }

  /**
   * Nothing marks the end of a listing. That rows are missing shows in chains that more rules lead to than are here, and in
   * rules that lead to a chain which is not.
   */
  private countReferences(block: Block, { references, jumps }: Checks): void {
    // Of -L CHAIN nothing else was to be expected.
    if (![...block.chains.values()].some((chain) => chain.policy !== undefined)) return;
    for (const name of jumps.keys())
      if (!block.chains.has(name) && listedUnder(name).length === 0) block.disturbed = true;
    const here = (name: string): number => jumps.get(name) ?? 0;
    // Early versions of the nft backend count a chain's own rules, too.
    const counted = (name: string): number => here(name) + (block.chains.get(name)?.rules ?? 0);
    if ([...references].every(([name, { n }]) => n === counted(name))) return;
    for (const [name, { n, line }] of references) {
      if (n <= here(name)) continue;
      if (!block.disturbed)
        this.say(
          "rows-missing",
          "info",
          line,
          words(
            `${numbered(n, "rule leads", "rules lead")} to chain ${name}, and ${here(name)} of them are here: rows are missing.`,
            `有 ${n} 条规则跳转到链 ${name}，此处只有 ${here(name)} 条：缺少若干行。`,
          ),
        );
      block.disturbed = true;
    }
  }

  private say(code: Defect<"iptables-list">, severity: Severity, line: number, message: Words, advice?: Words): void {
    this.report({
      code: `iptables-list/${code}`,
      severity,
      at: this.lines.span(line),
      message,
      ...(advice && { advice }),
    });
  }
}

/** `iptables -t nat -nvL POSTROUTING --line-numbers`: the word behind -L, if it is no option. */
function chainOfCommand(command: readonly string[] | undefined): string | undefined {
  if (!command) return undefined;
  const at = command.findIndex((word) => /^-[a-zA-Z]*L$|^--list$/.test(word));
  const next = at === -1 ? undefined : command[at + 1];
  return next === undefined || next.startsWith("-") ? undefined : next;
}
