import { decode, plainEnd } from "../../base/source.ts";
import { TextReader } from "../../base/text-reader.ts";
import { chainNameAt, chainNameEnd } from "../../model/netfilter/plain-rules.ts";
import type { Lines } from "../format.ts";
import type { Block } from "./block.ts";
import type { ChainLines } from "./block-chains.ts";
import { declaredNameEnd, isAccepting } from "./plain-shapes.ts";

/** Bytes that are gone through at one time. */
const stretch = 1 << 18;

/**
 * Takes in rules and chains in the tool's own spelling, which are nearly all lines of a large dump, by their bytes and many at a
 * time.
 */
export class PlainLines {
  private readonly lines: Lines;
  private readonly bytes: Uint8Array;
  private readonly reader: TextReader;
  /** The chain of the rule before, which is nearly always that of the next one, and where the name stood. */
  private last: ChainLines | undefined;
  private lastBlock: Block | undefined;
  private lastName = 0;

  constructor(lines: Lines) {
    this.lines = lines;
    this.bytes = lines.source.bytes;
    this.reader = new TextReader(lines.source);
  }

  /** Adds what it can of the lines from `line` on to a running block; gives the first line that was not taken. */
  take(into: Block, line: number): number {
    const { lines } = this;
    const { source } = lines;
    let next = line;
    for (let first = -1; next < lines.length; next++) {
      const number = lines.plainLine(next);
      if (number === undefined) return next;
      const from = source.lineStarts[number - 1] ?? 0;
      if (first === -1) first = from;
      if (from - first > stretch) return next;
      const to = plainEnd(source, number);
      const taken = this.bytes[from] === 0x3a ? this.chain(into, from, to, next) : this.rule(into, from, to, next);
      if (!taken) return next;
      into.to = next;
    }
    return next;
  }

  private rule(into: Block, from: number, to: number, line: number): boolean {
    const name = chainNameAt(this.bytes, from);
    const end = name === -1 ? -1 : chainNameEnd(this.bytes, name, to);
    if (end === -1) return false;
    const chain = this.isLast(into, name, end) ? this.last : into.chains.at(name, end);
    this.last = chain ?? into.chains.namedAt(decode(this.lines.source, name, end), name, end, line);
    this.lastBlock = into;
    this.lastName = name;
    this.last.rules++;
    into.ruleLines.push(line);
    into.ruleChains.push(this.last.index);
    return true;
  }

  private isLast(into: Block, name: number, end: number): boolean {
    const { bytes, last, lastBlock, lastName } = this;
    if (!last || lastBlock !== into || last.name.length !== end - name) return false;
    for (let i = name; i < end; i++) if (bytes[i] !== bytes[lastName + i - name]) return false;
    return true;
  }

  private chain(into: Block, from: number, to: number, line: number): boolean {
    const end = declaredNameEnd(this.bytes, from, to);
    if (end === -1 || into.chains.at(from + 1, end)) return false;
    const chain = into.chains.namedAt(this.reader.read(from + 1, end), from + 1, end);
    if (chain.declaredAt !== undefined || chain.rules > 0) return false;
    chain.declaredAt = line;
    chain.policy = isAccepting(this.bytes, end) ? "ACCEPT" : undefined;
    return true;
  }
}
