import type { Span } from "../../base/span.ts";
import type { TextReader } from "../../base/text-reader.ts";
import type { Family } from "../net/ip.ts";
import type { Complain, GivenOption } from "./option.ts";
import { isBang } from "./option-word.ts";
import { addToHeader, type HeaderDraft, type HeaderField, headerOptions } from "./parse-header.ts";
import { PieceCache } from "./piece-cache.ts";
import type { RuleMatch, RuleTarget } from "./rule.ts";
import { hasNeeded, matchModule, type OptionModule, targetModule } from "./rule-part.ts";
import type { RuleWord } from "./split-words.ts";
import { isVerdict } from "./targets/index.ts";

/** A part of a rule that means the same wherever it stands: a generic option, a match with its options, the target. */
export type Piece =
  | { readonly kind: "header"; readonly field: HeaderField; readonly value: HeaderDraft[HeaderField] }
  | { readonly kind: "match"; readonly match: RuleMatch }
  | { readonly kind: "target"; readonly target: RuleTarget };

/** What the rules of one table have in common. */
export interface TableContext {
  readonly table: string;
  readonly family: Family;
  /** The table is known to have a user-defined chain of this name. */
  isChain(name: string): boolean;
  /** The name in bytes [from, to) of the text, if it is known to be that of a user-defined chain. */
  chainAt(from: number, to: number): string | undefined;
}

type PlainWord = Pick<RuleWord, "text" | "quoted">;
type PlainOption = GivenOption & { readonly args: string[] };

/** A piece taken apart, before its values are looked at. */
type Form =
  | { readonly kind: "header"; readonly field: HeaderField; readonly negated: boolean; text: string }
  | {
      readonly kind: "match" | "target";
      readonly name: string;
      readonly module: OptionModule;
      readonly given: readonly PlainOption[];
    }
  | { readonly kind: "jump"; readonly target: RuleTarget };

const blank = 0x20;
const bang = 0x21;
const quote = 0x22;
const dash = 0x2d;

/**
 * Reads the pieces of rules. What was read is found again by its bytes: whole pieces, which dumps repeat thousands of times
 * (`-m tcp --dport 80`), and forms, where only the last word differs (`-m comment --comment "…"`, `-s …`).
 */
export class PlainPieces {
  private readonly bytes: Uint8Array;
  private readonly reader: TextReader;
  private readonly context: TableContext;
  private readonly whole: PieceCache<Piece>;
  private readonly written: PieceCache<Piece>;
  private readonly forms: PieceCache<Form>;
  /** Nothing was said about the piece at hand. */
  private fine = true;
  private readonly complain: Complain = () => {
    this.fine = false;
  };

  constructor(bytes: Uint8Array, reader: TextReader, context: TableContext, rules: number) {
    this.bytes = bytes;
    this.reader = reader;
    this.context = context;
    this.whole = new PieceCache(bytes, rules);
    this.written = new PieceCache(bytes, Math.min(rules, 1 << 8));
    this.forms = new PieceCache(bytes, Math.min(rules, 1 << 8));
  }

  /** The piece in bytes [from, to); undefined where it is not sure what it is, or there is something to say about it. */
  read(from: number, to: number): Piece | undefined {
    const { bytes } = this;
    const cache = this.cacheFor(from, to);
    const known = cache?.get(from, to);
    if (known) return known;
    const jump =
      bytes[from] === dash && bytes[from + 2] === blank && (bytes[from + 1] === 0x6a || bytes[from + 1] === 0x67);
    const chain = jump ? this.context.chainAt(from + 3, to) : undefined;
    if (chain !== undefined && !isVerdict(chain))
      return { kind: "target", target: { kind: "chain", name: chain, goto: bytes[from + 1] === 0x67, value: null } };
    const piece = this.readAnew(from, to);
    if (piece) cache?.put(piece);
    return piece;
  }

  /** Where to look for a piece among those read before: addresses are hardly met twice, what people write only in rules nearby. */
  private cacheFor(from: number, to: number): PieceCache<Piece> | undefined {
    const { bytes } = this;
    if (bytes[to - 1] === quote) return this.written;
    const letter = bytes[from] === bang ? bytes[from + 3] : bytes[from + 1];
    return letter === 0x73 || letter === 0x64 ? undefined : this.whole;
  }

  private readAnew(from: number, to: number): Piece | undefined {
    const last = lastWord(this.bytes, from, to);
    const known = last === -1 ? undefined : this.forms.get(from, last);
    if (known) {
      const quoted = this.bytes[last] === quote;
      const text = quoted ? this.reader.read(last + 1, to - 1) : this.reader.read(last, to);
      // a bare ! might be a negation
      if (text !== "!") {
        setLast(known, text);
        return this.pieceOf(known);
      }
    }
    const form = this.formOf(this.words(from, to));
    if (form && !known && last !== -1 && endsInArgument(form)) this.forms.put(form);
    return form && this.pieceOf(form);
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

  private formOf(words: readonly PlainWord[]): Form | undefined {
    const [first, second] = words;
    if (!first || !second || second.quoted) return first?.text === "-f" ? headerForm(words) : undefined;
    switch (first.text) {
      case "-m":
        return partForm("match", second.text, matchModule(second.text), words);
      case "-j":
        return this.targetForm(second.text, words, false);
      case "-g":
        return this.targetForm(second.text, words, true);
      default:
        return headerForm(words);
    }
  }

  private targetForm(name: string, words: readonly PlainWord[], goto: boolean): Form | undefined {
    const verdict = !goto && isVerdict(name);
    const module = verdict || goto ? undefined : targetModule(name, false);
    if (module && !this.context.isChain(name)) return partForm("target", name, module, words);
    if (words.length > 2) return undefined;
    return { kind: "jump", target: { kind: verdict ? "verdict" : "chain", name, goto, value: null } };
  }

  private pieceOf(form: Form): Piece | undefined {
    const { family } = this.context;
    if (form.kind === "jump") return { kind: "target", target: form.target };
    if (form.kind === "header") {
      const header: HeaderDraft = {};
      const { field } = form;
      const read = addToHeader(header, field, form.text, form.negated, family, refuse);
      return read ? { kind: "header", field, value: header[field] } : undefined;
    }
    // as readPart does
    const { name, module, given } = form;
    this.fine = true;
    const value = module.parse(given, this.complain, family);
    if (value === undefined || !hasNeeded(name, module, given, nowhere, this.complain) || !this.fine) return undefined;
    return form.kind === "match"
      ? { kind: "match", match: { name, value } }
      : { kind: "target", target: { kind: "extension", name, goto: false, value } };
  }
}

/** Nobody is told of it: what is wrong is found again, with its place, by `parseRule`. */
const noPlace: Span = { source: "", from: 0, to: 1 };
const nowhere = (): Span => noPlace;
const refuse = (): undefined => undefined;

function headerForm(words: readonly PlainWord[]): Form | undefined {
  const negated = isBang(words[0]);
  const option = words[negated ? 1 : 0];
  const value = words[negated ? 2 : 1];
  const field = option && headerOptions.get(option.text);
  if (!field || words.length > (negated ? 3 : 2) || (field === "fragment") !== (value === undefined)) return undefined;
  return { kind: "header", field, negated, text: value?.text ?? "" };
}

function partForm(
  kind: "match" | "target",
  name: string,
  module: OptionModule | undefined,
  words: readonly PlainWord[],
): Form | undefined {
  const given = module && module.level !== "recognised" ? optionsOf(module, words) : undefined;
  return module && given ? { kind, name, module, given } : undefined;
}

/** The options behind `-m NAME`: each spelled out, and of this very part. */
function optionsOf(module: OptionModule, words: readonly PlainWord[]): PlainOption[] | undefined {
  const given: PlainOption[] = [];
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

/**
 * Where the last of several words begins; -1 where that is not plain to see. Whether the words before it end in an option that waits for
 * this one does not hang on what it says.
 */
function lastWord(bytes: Uint8Array, from: number, to: number): number {
  let at = to - 1;
  if (bytes[at] === quote) {
    at--;
    while (at > from && bytes[at] !== quote) at--;
  } else {
    while (at > from && bytes[at] !== blank && bytes[at] !== quote) at--;
    if (bytes[at] === quote) return -1;
    at++;
  }
  return at > from + 2 && at < to && bytes[at - 1] === blank ? at : -1;
}

/** The last word of its piece is an option's argument, and not the first one of a form without any. */
function endsInArgument(form: Form): boolean {
  if (form.kind === "header") return form.field !== "fragment";
  return form.kind !== "jump" && (form.given[form.given.length - 1]?.args.length ?? 0) > 0;
}

/** Gives the form another last word: nobody keeps a form's words but the form itself. */
function setLast(form: Form, text: string): void {
  if (form.kind === "header") form.text = text;
  else if (form.kind !== "jump") {
    const args = form.given[form.given.length - 1]?.args;
    if (args) args[args.length - 1] = text;
  }
}
