import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import type { Family } from "../../model/net/ip.ts";
import { isBuiltIn, type TableName } from "../../model/netfilter/hook.ts";
import { parseRule } from "../../model/netfilter/parse-rule.ts";
import type { Rule, RuleList } from "../../model/netfilter/rule.ts";
import type { Lines } from "../format.ts";
import type { Block, ChainLines } from "./block.ts";

/** Rules read at one time are kept, this many at most for each table; a power of two. */
const mostCached = 1 << 14;

/**
 * The rules of one table as numbers of lines, grouped by chain: four bytes a rule. A rule is read from its line when it is asked for.
 */
export class RuleLines {
  private readonly lines: Lines;
  private readonly table: TableName;
  private readonly family: Family;
  /** The table's chains, which are filled in after the rules are sorted. */
  private readonly chains: ReadonlyMap<string, unknown>;
  /** By chain index: where its rules begin in `order`. */
  private readonly starts: Int32Array;
  private readonly joined: ReadonlyMap<number, number>;
  /** First line of each rule, chain after chain. */
  private readonly order: Int32Array;
  /** Slot of a rule: its place in `order`, modulo the size. */
  private readonly cache: (Rule | undefined)[] = [];
  private readonly cached: Int32Array;

  constructor(lines: Lines, block: Block, table: TableName, family: Family, chains: ReadonlyMap<string, unknown>) {
    this.lines = lines;
    this.table = table;
    this.family = family;
    this.joined = block.joined;
    this.order = new Int32Array(block.ruleLines.length);
    let size = 64;
    while (size < mostCached && size < this.order.length) size *= 2;
    this.cached = new Int32Array(size).fill(-1);
    this.chains = chains;
    this.starts = new Int32Array(block.chains.size);
    let next = 0;
    for (const chain of block.chains.values()) {
      this.starts[chain.index] = next;
      next += chain.rules;
    }
    const free = this.starts.slice();
    for (const [i, line] of block.ruleLines.entries()) {
      const chain = block.ruleChains[i] ?? 0;
      const at = free[chain] ?? 0;
      this.order[at] = line;
      free[chain] = at + 1;
    }
  }

  /** The rules of one chain. */
  of(chain: ChainLines): RuleList {
    return new ChainRules(this, this.starts[chain.index] ?? 0, chain.rules);
  }

  /** Rule `index` of the chain whose rules begin at `start`. */
  read(start: number, index: number): Rule | undefined {
    const at = start + index;
    const slot = at & (this.cached.length - 1);
    if (this.cached[slot] === at) return this.cache[slot];
    const rule = this.parse(this.order[at] ?? 0, index + 1, () => {});
    this.cached[slot] = at;
    this.cache[slot] = rule;
    return rule;
  }

  /** Reads the rule that begins on a line. */
  parse(line: number, number: number, report: (diagnostic: Diagnostic) => void): Rule | undefined {
    const last = this.joined.get(line) ?? line;
    const { lines } = this;
    if (last === line) {
      const text = lines.text(line);
      return parseRule(text, {
        table: this.table,
        family: this.family,
        number,
        at: (from, to) => lines.span(line, from, to),
        whole: () => lines.span(line),
        report,
        isChain: this.isChain,
      });
    }
    return parseRule(this.text(line, last), {
      table: this.table,
      family: this.family,
      number,
      at: (from, to) => this.spanAcross(line, from, to),
      whole: () => ({ ...lines.span(line), to: lines.span(last).to }),
      report,
      isChain: this.isChain,
    });
  }

  private readonly isChain = (name: string): boolean => this.chains.has(name) && !isBuiltIn(this.table, name);

  private text(first: number, last: number): string {
    const parts: string[] = [];
    for (let line = first; line <= last; line++) parts.push(this.lines.text(line));
    return parts.join("\n");
  }

  /** Columns of several lines joined by line ends, back to where they stand. */
  private spanAcross(first: number, from: number, to: number): Span {
    const place = (column: number): readonly [number, number] => {
      let line = first;
      let rest = column;
      for (let length = this.lines.text(line).length; rest > length; length = this.lines.text(line).length) {
        rest -= length + 1;
        line++;
      }
      return [line, rest];
    };
    const [fromLine, fromColumn] = place(from);
    const [toLine, toColumn] = place(Math.max(to, from + 1));
    if (fromLine === toLine) return this.lines.span(fromLine, fromColumn, toColumn);
    return { ...this.lines.span(fromLine, fromColumn), to: this.lines.span(toLine, 0, toColumn).to };
  }
}

class ChainRules implements RuleList {
  private readonly rules: RuleLines;
  private readonly start: number;
  readonly length: number;

  constructor(rules: RuleLines, start: number, length: number) {
    this.rules = rules;
    this.start = start;
    this.length = length;
  }
  at(index: number): Rule | undefined {
    return index >= 0 && index < this.length ? this.rules.read(this.start, index) : undefined;
  }
}
