import type { SourceText } from "../../base/source.ts";
import type { Span } from "../../base/span.ts";
import { TextReader } from "../../base/text-reader.ts";
import type { Family } from "../net/ip.ts";
import type { Complain, GivenOption } from "./option.ts";
import { isBang } from "./option-word.ts";
import { addToHeader, type HeaderDraft, type HeaderField, headerOptions } from "./parse-header.ts";
import { PieceCache } from "./piece-cache.ts";
import type { Rule, RuleMatch, RuleTarget } from "./rule.ts";
import { hasNeeded, matchModule, type OptionModule, targetModule } from "./rule-part.ts";
import type { RuleWord } from "./split-words.ts";
import { isVerdict } from "./targets/index.ts";

/** A part of a rule that means the same wherever it stands: a generic option, a match with its options, the target. */
type Piece =
  | { readonly kind: "header"; readonly field: HeaderField; readonly value: HeaderDraft[HeaderField] }
  | { readonly kind: "match"; readonly match: RuleMatch }
  | { readonly kind: "target"; readonly target: RuleTarget };

type PlainWord = Pick<RuleWord, "text" | "quoted">;

/** What the rules of one table have in common. */
export interface TableContext {
  readonly table: string;
  readonly family: Family;
  /** The table is known to have a user-defined chain of this name. */
  isChain(name: string): boolean;
  /** The name in bytes [from, to) of the text, if it is known to be that of a user-defined chain. */
  chainAt(from: number, to: number): string | undefined;
}

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
  private readonly pieces: PieceCache<Piece>;
  /** Nothing was said about the part at hand. */
  private fine = true;
  private readonly complain: Complain = () => {
    this.fine = false;
  };

  /** `all`: every rule will be read, one after the other, and none be kept. */
  constructor(source: SourceText, context: TableContext, rules: number, all: boolean) {
    this.source = source;
    this.bytes = source.bytes;
    this.reader = new TextReader(source, all);
    this.context = context;
    this.pieces = new PieceCache(source.bytes, rules);
  }

  /** The rule of `chain` in bytes [from, to), a plain line; undefined: ask `parseRule`. */
  read(from: number, to: number, chain: string, number: number): Rule | undefined {
    const { bytes } = this;
    const name = chainNameAt(bytes, from);
    const nameEnd = name === -1 ? -1 : chainNameEnd(bytes, name, to);
    if (nameEnd === -1) return undefined;
    this.reader.hold(from, to);
    const header: HeaderDraft = {};
    const matches: RuleMatch[] = [];
    let target: RuleTarget | null = null;
    for (let at = nameEnd; at < to; ) {
      at++; // the blank
      const end = pieceEnd(bytes, at, to);
      const piece = end === -1 ? undefined : this.piece(at, end);
      if (!piece) return undefined;
      if (piece.kind === "match") matches.push(piece.match);
      else if (piece.kind === "target") {
        if (target) return undefined;
        target = piece.target;
      } else {
        if (matches.length > 0 || target || header[piece.field] !== undefined) return undefined;
        if (piece.value !== undefined) (header as Record<HeaderField, unknown>)[piece.field] = piece.value;
      }
      at = end;
    }
    const { table } = this.context;
    const where: Span = { source: this.source.id, from, to };
    if (bytes[from] !== openBracket)
      return { table, chain, number, header, matches, target, at: where, understood: true };
    const counters = this.counters(from);
    return { table, chain, number, header, matches, target, counters, at: where, understood: true };
  }

  private counters(from: number): Rule["counters"] & {} {
    const colon = digitsEnd(this.bytes, from + 1);
    const end = digitsEnd(this.bytes, colon + 1);
    return { packets: this.reader.read(from + 1, colon), bytes: this.reader.read(colon + 1, end) };
  }

  private piece(from: number, to: number): Piece | undefined {
    const { bytes } = this;
    const jump = bytes[from + 2] === blank && (bytes[from + 1] === 0x6a || bytes[from + 1] === 0x67);
    const chain = jump && bytes[from] === dash ? this.context.chainAt(from + 3, to) : undefined;
    if (chain !== undefined && !isVerdict(chain))
      return { kind: "target", target: { kind: "chain", name: chain, goto: bytes[from + 1] === 0x67, value: null } };
    if (!isRepeated(bytes, from, to)) return this.pieceOf(this.words(from, to));
    const known = this.pieces.get(from, to);
    if (known) return known;
    const piece = this.pieceOf(this.words(from, to));
    if (piece) this.pieces.put(piece);
    return piece;
  }

  /** As `splitWords` cuts them; in a plain line there is nothing to unescape. */
  private words(from: number, to: number): PlainWord[] {
    const { bytes, reader } = this;
    const words: PlainWord[] = [];
    for (let at = from; at < to; ) {
      if (bytes[at] === blank) {
        at++;
        continue;
      }
      let end = at;
      while (end < to && bytes[end] !== blank && bytes[end] !== quote) end++;
      if (end === to || bytes[end] === blank) {
        words.push({ text: reader.read(at, end), quoted: false });
        at = end;
        continue;
      }
      let close = end + 1;
      while (close < to && bytes[close] !== quote) close++;
      const text = reader.read(end + 1, close);
      words.push({ text: end === at ? text : reader.read(at, end) + text, quoted: true });
      at = close + 1;
    }
    return words;
  }

  private pieceOf(words: readonly PlainWord[]): Piece | undefined {
    const [first, second] = words;
    if (!first || !second || second.quoted) return first?.text === "-f" ? this.headerOption(words) : undefined;
    switch (first.text) {
      case "-m":
        return this.match(second.text, words);
      case "-j":
        return this.target(second.text, words, false);
      case "-g":
        return this.target(second.text, words, true);
      default:
        return this.headerOption(words);
    }
  }

  private headerOption(words: readonly PlainWord[]): Piece | undefined {
    const negated = isBang(words[0]);
    const option = words[negated ? 1 : 0];
    const value = words[negated ? 2 : 1];
    const field = option && headerOptions.get(option.text);
    if (!field || words.length > (negated ? 3 : 2) || (field === "fragment") !== (value === undefined))
      return undefined;
    const header: HeaderDraft = {};
    const read = addToHeader(header, field, value?.text ?? "", negated, this.context.family, refuse);
    return read ? { kind: "header", field, value: header[field] } : undefined;
  }

  private match(name: string, words: readonly PlainWord[]): Piece | undefined {
    const value = this.valueOf(name, matchModule(name), words);
    return value === undefined ? undefined : { kind: "match", match: { name, value } };
  }

  private target(name: string, words: readonly PlainWord[], goto: boolean): Piece | undefined {
    const verdict = !goto && isVerdict(name);
    const known = verdict || goto ? undefined : targetModule(name, false);
    const module = known && !this.context.isChain(name) ? known : undefined;
    if (!module)
      return words.length > 2
        ? undefined
        : { kind: "target", target: { kind: verdict ? "verdict" : "chain", name, goto, value: null } };
    const value = this.valueOf(name, module, words);
    return value === undefined ? undefined : { kind: "target", target: { kind: "extension", name, goto, value } };
  }

  /** What `readPart` gives where nothing is wrong; undefined where anything is. */
  private valueOf(name: string, module: OptionModule | undefined, words: readonly PlainWord[]): unknown {
    const given = module && module.level !== "recognised" ? optionsOf(module, words) : undefined;
    if (!module || !given) return undefined;
    this.fine = true;
    const value = module.parse(given, this.complain, this.context.family);
    return hasNeeded(name, module, given, nowhere, this.complain) && this.fine ? value : undefined;
  }
}

/** Nobody is told of it: what is wrong is found again, with its place, by `parseRule`. */
const noPlace: Span = { source: "", from: 0, to: 1 };
const nowhere = (): Span => noPlace;
const refuse = (): undefined => undefined;

/** The options behind `-m NAME`: each spelled out, and of this very part. */
function optionsOf(module: OptionModule, words: readonly PlainWord[]): GivenOption[] | undefined {
  const given: GivenOption[] = [];
  for (let at = 2; at < words.length; ) {
    const negated = isBang(words[at]);
    if (negated) at++;
    const option = words[at++];
    if (!option || option.quoted || !Object.hasOwn(module.options, option.text)) return undefined;
    if (module.optional?.includes(option.text)) return undefined;
    const args: string[] = [];
    for (let left = module.options[option.text] ?? 0; left > 0; left--) {
      const argument = words[at++];
      if (!argument || (args.length === 0 && isBang(argument))) return undefined;
      args.push(argument.text);
    }
    given.push({ name: option.text, negated, args, at: noPlace });
  }
  return given;
}

/** Worth looking for among those read before: addresses and what people write are hardly met twice. */
function isRepeated(bytes: Uint8Array, from: number, to: number): boolean {
  const letter = bytes[from] === bang ? bytes[from + 3] : bytes[from + 1];
  return letter !== 0x73 && letter !== 0x64 && bytes[to - 1] !== quote;
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
