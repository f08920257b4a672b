import type { SourceText } from "../../base/source.ts";
import type { Span } from "../../base/span.ts";
import { TextReader } from "../../base/text-reader.ts";
import type { HeaderDraft, HeaderField } from "./parse-header.ts";
import { PlainPieces, type TableContext } from "./plain-pieces.ts";
import type { Rule, RuleMatch, RuleTarget } from "./rule.ts";

export type { TableContext } from "./plain-pieces.ts";

const blank = 0x20;
const bang = 0x21;
const quote = 0x22;
const dash = 0x2d;
const openBracket = 0x5b;
/** `m`, `j` or `g`. */
const namesPart = (letter: number | undefined): boolean => letter === 0x6d || letter === 0x6a || letter === 0x67;
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/**
 * Reads rules as iptables-save spells them, which are nearly all of a large dump, from the bytes of plain lines (see `isPlainLine`):
 * ```
 * [12:720] -A CHAIN ! -s 10.244.0.0/16 -p tcp -m comment --comment "a b" -m tcp --dport 80 -j KUBE-MARK-MASQ
 *                   ^^^^^^^^^^^^^^^^^^ ^^^^^^ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ^^^^^^^^^^^^^^^^^ ^^^^^^^^^^^^^^^^^
 * ```
 * Such a rule falls into pieces, each of which is read by itself, by the same code as `parseRule` uses, and which dumps repeat
 * thousands of times. Whatever is not surely so, and whatever there is something to say about, is left to `parseRule`.
 */
export class PlainRules {
  private readonly source: SourceText;
  private readonly bytes: Uint8Array;
  private readonly reader: TextReader;
  private readonly context: TableContext;
  private readonly pieces: PlainPieces;
  /** Of the rule at hand, and what is left of others behind them. */
  private readonly matches: RuleMatch[] = [];

  /** `all`: every rule will be read, one after the other, and none be kept. */
  constructor(source: SourceText, context: TableContext, rules: number, all: boolean) {
    this.source = source;
    this.bytes = source.bytes;
    this.reader = new TextReader(source, all);
    this.context = context;
    this.pieces = new PlainPieces(source.bytes, this.reader, context, rules);
  }

  /** The rule of `chain` in bytes [from, to), a plain line; undefined: ask `parseRule`. */
  read(from: number, to: number, chain: string, number: number): Rule | undefined {
    const { bytes } = this;
    const name = chainNameAt(bytes, from);
    const nameEnd = name === -1 ? -1 : chainNameEnd(bytes, name, to);
    if (nameEnd === -1) return undefined;
    this.reader.hold(from, to);
    const header: HeaderDraft = {};
    const { matches } = this;
    let matched = 0;
    let target: RuleTarget | null = null;
    for (let at = nameEnd; at < to; ) {
      at++; // the blank
      const end = pieceEnd(bytes, at, to);
      const piece = end === -1 ? undefined : this.pieces.read(at, end);
      if (!piece) return undefined;
      if (piece.kind === "match") matches[matched++] = piece.match;
      else if (piece.kind === "target") {
        if (target) return undefined;
        target = piece.target;
      } else {
        if (matched > 0 || target || header[piece.field] !== undefined) return undefined;
        if (piece.value !== undefined) (header as Record<HeaderField, unknown>)[piece.field] = piece.value;
      }
      at = end;
    }
    const { table } = this.context;
    const where: Span = { source: this.source.id, from, to };
    const own = matches.slice(0, matched); // just as long as it must be
    if (bytes[from] !== openBracket)
      return { table, chain, number, header, matches: own, target, at: where, understood: true };
    const counters = this.counters(from);
    return { table, chain, number, header, matches: own, target, counters, at: where, understood: true };
  }

  private counters(from: number): Rule["counters"] & {} {
    const colon = digitsEnd(this.bytes, from + 1);
    const end = digitsEnd(this.bytes, colon + 1);
    return { packets: this.reader.read(from + 1, colon), bytes: this.reader.read(colon + 1, end) };
  }
}

/** Where the chain's name begins in a line `-A CHAIN …` or `[12:720] -A CHAIN …`; -1: it is neither. */
export function chainNameAt(bytes: Uint8Array, from: number): number {
  let at = from;
  if (bytes[at] === openBracket) {
    const colon = digitsEnd(bytes, at + 1);
    const end = digitsEnd(bytes, colon + 1);
    if (colon === at + 1 || bytes[colon] !== 0x3a || end === colon + 1 || bytes[end] !== 0x5d) return -1;
    if (bytes[end + 1] !== blank) return -1;
    at = end + 2;
  }
  if (bytes[at] !== dash || bytes[at + 1] !== 0x41 || bytes[at + 2] !== blank) return -1;
  const first = bytes[at + 3];
  return first === dash || first === bang || first === blank || first === quote ? -1 : at + 3;
}

/** Behind the name that begins at `name`; -1: it does not stand by itself. */
export function chainNameEnd(bytes: Uint8Array, name: number, to: number): number {
  let i = name;
  while (i < to && bytes[i] !== blank && bytes[i] !== quote) i++;
  return i === name || (i < to && bytes[i] === quote) ? -1 : i;
}

/** Behind the piece that begins at `from`: before the blank that the next one stands behind. -1: no such piece. */
function pieceEnd(bytes: Uint8Array, from: number, to: number): number {
  const part = bytes[from] === dash && bytes[from + 2] === blank && namesPart(bytes[from + 1]);
  let i = from + 2;
  if (!part) {
    for (; i < to; i++) {
      const byte = bytes[i];
      if (byte === quote) return -1;
      if (byte === blank && (bytes[i + 1] === dash || bytes[i + 1] === bang)) return i;
    }
    return to;
  }
  for (; i < to; i++) {
    const byte = bytes[i];
    if (byte === quote) {
      i++;
      while (i < to && bytes[i] !== quote) i++;
    } else if (byte === blank && bytes[i + 1] === dash && bytes[i + 3] === blank && namesPart(bytes[i + 2])) return i;
  }
  return to;
}

/** Behind the digits that begin at `from`. */
function digitsEnd(bytes: Uint8Array, from: number): number {
  let i = from;
  while (isDigit(bytes[i])) i++;
  return i;
}
