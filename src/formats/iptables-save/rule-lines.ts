import type { Diagnostic } from "../../base/diagnostic.ts";
import { plainEnd } from "../../base/source.ts";
import type { Span } from "../../base/span.ts";
import type { Family } from "../../model/net/ip.ts";
import { isBuiltIn, type TableName } from "../../model/netfilter/hook.ts";
import type { RuleContext } from "../../model/netfilter/parse-rule.ts";
import { PlainRules, type TableContext } from "../../model/netfilter/plain-rules.ts";
import type { ChainLinesText, Rule, RuleList } from "../../model/netfilter/rule.ts";
import type { Lines } from "../format.ts";
import type { Block } from "./block.ts";
import type { BlockChains, ChainLines } from "./block-chains.ts";
import type { RuleReader } from "./rule-reader.ts";

/** Rules read at one time are kept, this many at most for each table; a power of two. */
const mostCached = 1 << 10;

/** How much longer parseRule takes than PlainRules. */
const longWay = 10;

/** Fewer rules than this in a chain: its list costs less than it takes to keep it. */
const longChain = 32;

const silent = (): void => {};

/**
 * The rules of one table as numbers of lines, grouped by chain: four bytes a rule. A rule is read from its line when it is asked for.
 */
export class RuleLines {
  /** By chain index: where its rules begin in `order`; one more at the end. */
  readonly starts: Int32Array;
  /** First line of each rule, chain after chain. */
  readonly order: Int32Array;
  /** Bytes of rules that were read; those read the long way count as many times as they take longer. */
  work = 0;
  private readonly lines: Lines;
  private readonly reader: RuleReader;
  private readonly context: LineContext;
  private readonly chains: BlockChains;
  private readonly joined: ReadonlyMap<number, number>;
  private plain: PlainRules | undefined;
  /** Lists of long chains by the chain's index. */
  private readonly long = new Map<number, RuleList>();
  /** Slot of a rule: its place in `order`, modulo the size. */
  private readonly cache: (Rule | undefined)[] = [];
  private readonly cached: Int32Array;

  constructor(lines: Lines, block: Block, table: TableName, family: Family) {
    this.lines = lines;
    this.reader = block.reader;
    this.context = new LineContext(lines, table, family, block.chains);
    this.chains = block.chains;
    this.joined = block.joined;
    this.order = new Int32Array(block.ruleLines.length);
    let size = 64;
    while (size < mostCached && size < this.order.length) size *= 2;
    this.cached = new Int32Array(size).fill(-1);
    this.starts = new Int32Array(block.chains.size + 1);
    let next = 0;
    for (const chain of block.chains.values()) {
      this.starts[chain.index] = next;
      next += chain.rules;
    }
    this.starts[block.chains.size] = next;
    const free = this.starts.slice();
    const { ruleLines, ruleChains } = block;
    for (let i = 0; i < ruleLines.length; i++) {
      const chain = ruleChains[i] ?? 0;
      const at = free[chain] ?? 0;
      this.order[at] = ruleLines[i] ?? 0;
      free[chain] = at + 1;
    }
  }

  /** Every rule will be read, one after the other. */
  prepare(): void {
    this.plain = new PlainRules(this.lines.source, this.context, this.order.length, true);
  }

  /** The rules of one chain. Of a long one always the same list, so that what is worked out about it can be kept with it. */
  of(chain: ChainLines): RuleList {
    const known = this.long.get(chain.index);
    if (known) return known;
    const list = new ChainRules(this, this.starts[chain.index] ?? 0, chain);
    if (chain.rules >= longChain) this.long.set(chain.index, list);
    return list;
  }

  /** Rule `index` of a chain whose rules begin at `start`. */
  read(chain: string, start: number, index: number): Rule | undefined {
    const at = start + index;
    const slot = at & (this.cached.length - 1);
    if (this.cached[slot] === at) return this.cache[slot];
    const rule = this.parse(chain, this.order[at] ?? 0, index + 1, silent);
    this.cached[slot] = at;
    this.cache[slot] = rule;
    return rule;
  }

  /** Reads the rule of `chain` that begins on a line. */
  parse(chain: string, line: number, number: number, report: (diagnostic: Diagnostic) => void): Rule | undefined {
    const last = this.joined.size === 0 ? line : (this.joined.get(line) ?? line);
    const plain = this.reader.plain && last === line ? this.lines.plainLine(line) : undefined;
    return (
      (plain !== undefined ? this.readPlain(plain, chain, number) : undefined) ??
      this.readText(chain, line, last, number, report)
    );
  }

  /** The chain that a rule read just now goes to. */
  chainNamed(name: string): ChainLines | undefined {
    const { found } = this.context;
    return found?.name === name ? found : this.chains.get(name);
  }

  /** … and were. */
  rest(): void {
    this.plain = undefined;
  }

  /** Bytes of rule `at` of `order` from behind its counters and the blank after them; undefined where the line is not just its bytes. */
  bytes(at: number): Uint8Array | undefined {
    const line = this.order[at] ?? 0;
    const plain = this.joined.has(line) ? undefined : this.lines.plainLine(line);
    if (plain === undefined) return undefined;
    const { source } = this.lines;
    const all = source.bytes.subarray(source.lineStarts[plain - 1] ?? 0, plainEnd(source, plain));
    return all[0] === openBracket ? all.subarray(all.indexOf(closeBracket) + 2) : all;
  }

  /** The same as text. */
  text(at: number): string | undefined {
    const line = this.order[at] ?? 0;
    if (this.joined.has(line) || this.lines.plainLine(line) === undefined) return undefined;
    const text = this.lines.text(line);
    return text.startsWith("[") ? text.slice(text.indexOf("]") + 2) : text;
  }

  private readPlain(plain: number, chain: string, number: number): Rule | undefined {
    const { source } = this.lines;
    this.plain ??= new PlainRules(source, this.context, this.order.length, false);
    const from = source.lineStarts[plain - 1] ?? 0;
    const to = plainEnd(source, plain);
    this.work += to - from;
    return this.plain.read(from, to, chain, number);
  }

  private readText(
    chain: string,
    line: number,
    last: number,
    number: number,
    report: (diagnostic: Diagnostic) => void,
  ): Rule | undefined {
    let text = this.lines.text(line);
    for (let next = line + 1; next <= last; next++) text += `\n${this.lines.text(next)}`;
    this.work += text.length * longWay;
    this.context.line = line;
    this.context.last = last;
    this.context.number = number;
    this.context.report = report;
    return this.reader.read(text, chain, this.context);
  }
}

/** What parseRule is told about the rule at hand; one object serves all rules of a table, one after the other. */
class LineContext implements RuleContext, TableContext {
  readonly table: TableName;
  readonly family: Family;
  number = 1;
  /** First and last line of the rule. */
  line = 0;
  last = 0;
  report: (diagnostic: Diagnostic) => void = silent;
  /** What `chainAt` found last. */
  found: ChainLines | undefined;
  private readonly lines: Lines;
  private readonly chains: BlockChains;

  constructor(lines: Lines, table: TableName, family: Family, chains: BlockChains) {
    this.lines = lines;
    this.table = table;
    this.family = family;
    this.chains = chains;
  }

  readonly isChain = (name: string): boolean => this.chains.has(name) && !isBuiltIn(this.table, name);

  chainAt(from: number, to: number): string | undefined {
    this.found = this.chains.at(from, to);
    return this.found?.name;
  }

  readonly whole = (): Span =>
    this.line === this.last
      ? this.lines.span(this.line)
      : { ...this.lines.span(this.line), to: this.lines.span(this.last).to };

  readonly at = (from: number, to: number): Span => {
    if (this.line === this.last) return this.lines.span(this.line, from, to);
    const [fromLine, fromColumn] = this.place(from);
    const [toLine, toColumn] = this.place(Math.max(to, from + 1));
    if (fromLine === toLine) return this.lines.span(fromLine, fromColumn, toColumn);
    return { ...this.lines.span(fromLine, fromColumn), to: this.lines.span(toLine, 0, toColumn).to };
  };

  /** Line and column of a column of the joined lines. */
  private place(column: number): readonly [number, number] {
    let { line } = this;
    let rest = column;
    for (let length = this.lines.text(line).length; rest > length; length = this.lines.text(line).length) {
      rest -= length + 1;
      line++;
    }
    return [line, rest];
  }
}

const openBracket = 0x5b;
const closeBracket = 0x5d;

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Places of texts that `others` has fewer of. */
function notAmong(texts: readonly string[], others: readonly string[]): number[] {
  const left = new Map<string, number>();
  for (const text of others) left.set(text, (left.get(text) ?? 0) + 1);
  const places: number[] = [];
  for (const [i, text] of texts.entries()) {
    const n = left.get(text) ?? 0;
    if (n > 0) left.set(text, n - 1);
    else places.push(i);
  }
  return places;
}

class ChainRules implements RuleList, ChainLinesText {
  private readonly rules: RuleLines;
  private readonly chain: string;
  private readonly start: number;
  readonly length: number;

  constructor(rules: RuleLines, start: number, chain: ChainLines) {
    this.rules = rules;
    this.chain = chain.name;
    this.start = start;
    this.length = chain.rules;
  }
  get lines(): ChainLinesText {
    return this;
  }

  sameAs(other: ChainLinesText): boolean {
    if (!(other instanceof ChainRules) || other.length !== this.length) return false;
    for (let i = 0; i < this.length; i++) {
      const here = this.rules.bytes(this.start + i);
      const there = other.rules.bytes(other.start + i);
      if (!here || !there || !sameBytes(here, there)) return false;
    }
    return true;
  }

  unlike(other: ChainLinesText): readonly [number[], number[]] | undefined {
    const [mine, others] = [this.texts(), other instanceof ChainRules ? other.texts() : undefined];
    return mine && others && [notAmong(mine, others), notAmong(others, mine)];
  }

  private texts(): string[] | undefined {
    const texts: string[] = [];
    for (let i = 0; i < this.length; i++) {
      const text = this.rules.text(this.start + i);
      if (text === undefined) return undefined;
      texts.push(text);
    }
    return texts;
  }

  at(index: number): Rule | undefined {
    return index >= 0 && index < this.length ? this.rules.read(this.chain, this.start, index) : undefined;
  }
}
