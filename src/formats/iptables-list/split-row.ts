import { protocolName } from "../../model/net/protocol.ts";
import { skipBlanks } from "../../model/netfilter/list-form.ts";
import type { Column, ListedRow } from "../../model/netfilter/read-listed-rule.ts";
import type { Layout } from "./layout.ts";

/** A row and its number, where --line-numbers shows one. */
export interface NumberedRow extends ListedRow {
  readonly shownNumber: number | undefined;
}

/**
 * Splits a row into its columns. Every column overflows instead of being cut, so they are told apart by their words:
 *   1        0     0 KUBE-MARK-MASQ  0    --  *      *      !10.244.0.0/16        0.0.0.0/0            match-set …
 *   9        0     0           !6    --  *      *       0.0.0.0/0            0.0.0.0/0
 *   KUBE-SERVICES  all      anywhere             anywhere             (no `--`: ip6tables until 1.8.7)
 * A rule without target leaves the column blank. Undefined: it is no row of this layout.
 */
export function splitRow(text: string, layout: Layout): NumberedRow | undefined {
  const words = wordsOf(text);
  let next = 0;
  const take = (pattern: RegExp): Column | undefined => {
    const word = words[next];
    if (!word || !pattern.test(word.text)) return undefined;
    next++;
    return word;
  };
  const number = layout.numbered ? take(/^\d+$/) : undefined;
  const packets = layout.verbose ? take(counter) : undefined;
  const bytes = layout.verbose ? take(counter) : undefined;
  if ((layout.numbered && !number) || (layout.verbose && !bytes)) return undefined;
  const places = placesOf(words, next, layout);
  if (!places) return undefined;
  const { target, proto, opt, after } = places;
  const interfaces = layout.verbose ? pair(words, after) : undefined;
  const addresses = pair(words, after + (layout.verbose ? 2 : 0));
  if (!addresses || (layout.verbose && !interfaces)) return undefined;
  const [source, destination] = addresses;
  return {
    shownNumber: number && Number(number.text),
    counters: packets && bytes && { packets: packets.text, bytes: bytes.text },
    target,
    proto,
    fragment: opt,
    interfaces: interfaces && { in: interfaces[0], out: interfaces[1] },
    source,
    destination,
    ...textBehind(text, destination),
  };
}

/** Counters above 99999 are rounded: `100K`, `9999M`; -x shows them in full. */
const counter = /^\d+[KMGT]?$/;
const isOpt = (word: Column | undefined): boolean => word !== undefined && /^(?:--|[-!]f)$/.test(word.text);

interface Places {
  readonly target: Column | undefined;
  readonly proto: Column;
  readonly opt: Column | undefined;
  /** Index of the word behind the opt column. */
  readonly after: number;
}

function placesOf(words: readonly Column[], next: number, layout: Layout): Places | undefined {
  for (const at of [next + 1, next + 2]) {
    const proto = words[at - 1];
    const opt = words[at];
    if (proto && opt && isOpt(opt))
      return { target: at === next + 2 ? words[next] : undefined, proto, opt, after: at + 1 };
  }
  return blankOpt(words, next, layout);
}

/** ip6tables until 1.8.7 leaves the opt column blank: the protocol and the addresses behind it tell where they stand. */
function blankOpt(words: readonly Column[], next: number, layout: Layout): Places | undefined {
  const fits = (at: number): boolean => {
    const proto = words[at];
    const addresses = pair(words, at + 1 + (layout.verbose ? 2 : 0));
    return proto !== undefined && isProtocol(proto) && addresses !== undefined && addresses.every(mayBeAddress);
  };
  const first = words[next];
  const second = words[next + 1];
  const bare = fits(next);
  const withTarget = fits(next + 1);
  if (first && bare && !(withTarget && first.from < layout.prot))
    return { target: undefined, proto: first, opt: undefined, after: next + 1 };
  return second && withTarget ? { target: first, proto: second, opt: undefined, after: next + 2 } : undefined;
}

const isProtocol = ({ text }: Column): boolean => {
  const name = text.replace(/^!/, "");
  return name === "all" || protocolName(name) !== undefined;
};
const mayBeAddress = ({ text }: Column): boolean => /^!?(?:anywhere$|[\da-fA-F]*:|[A-Za-z\d][\w-]*\.)/.test(text);

function pair(words: readonly Column[], at: number): readonly [Column, Column] | undefined {
  const first = words[at];
  const second = words[at + 1];
  return first && second && [first, second];
}

/** `[goto] ` stands directly behind the destination; what follows is the matches' and the target's. */
function textBehind(text: string, { text: word, from }: Column): Pick<ListedRow, "goto" | "text"> {
  const start = skipBlanks(text, from + word.length);
  const goto = text.startsWith("[goto]", start) && !(text.charCodeAt(start + 6) > 32);
  const begin = goto ? skipBlanks(text, start + 6) : start;
  return { goto, text: { text: text.slice(begin).trimEnd(), from: begin } };
}

/** As many words as there may be columns before the last. */
const mostWords = 10;

/** The first words of a line. */
function wordsOf(text: string): readonly Column[] {
  const words: Column[] = [];
  for (let at = 0; at < text.length && words.length < mostWords; at++) {
    if (text.charCodeAt(at) <= 32) continue;
    const from = at;
    while (at < text.length && text.charCodeAt(at) > 32) at++;
    words.push({ text: text.slice(from, at), from });
  }
  return words;
}

/** The layout of a row whose header is missing; undefined where it is no row for certain. */
export function guessLayout(text: string): Layout | undefined {
  const words = wordsOf(text);
  const opt = words.findIndex((word, i) => i > 0 && i < 6 && isOpt(word));
  const proto = words[opt - 1];
  if (opt === -1 || !proto || !isProtocol(proto)) return undefined;
  const verbose = !areAddresses(pair(words, opt + 1));
  if (verbose && !areAddresses(pair(words, opt + 3))) return undefined;
  const numbers = words.slice(0, opt - 1).filter((word) => counter.test(word.text)).length;
  if (verbose && numbers < 2) return undefined;
  return { numbered: numbers === (verbose ? 3 : 1), verbose, prot: 0 };
}

const areAddresses = (two: readonly Column[] | undefined): boolean =>
  two?.every(({ text }) =>
    /^!?(?:anywhere|\d+\.\d+\.\d+\.\d+(?:\/\S+)?|[\da-fA-F]*:[\da-fA-F:.]*(?:\/\S+)?)$/.test(text),
  ) === true;
