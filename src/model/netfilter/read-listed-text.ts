import type { Family } from "../net/ip.ts";
import { type Listed, type ListReader, skipBlanks } from "./list-form.ts";
import { matches } from "./matches/index.ts";

/** A match or target found in a listing's last column. */
export interface ListedPart {
  readonly name: string;
  readonly from: number;
  readonly listed: Listed;
}

export interface ListedText {
  readonly matches: readonly ListedPart[];
  /** Undefined: the target's own text was not found. */
  readonly target: ListedPart | undefined;
  /** Columns that nothing reads. */
  readonly unread: readonly (readonly [from: number, to: number])[];
  /** The text can be read in another way, too, with other conditions. */
  readonly ambiguous: boolean;
}

interface Reading {
  readonly match: ListedPart | undefined;
  readonly next: Reading | undefined;
  readonly target: ListedText["target"];
  readonly ambiguous: boolean;
}

/** A match or target by name, with what reads its text. */
export interface NamedReader {
  readonly name: string;
  readonly list: ListReader;
}

const readersOf = (family: Family): readonly NamedReader[] =>
  [...matches.values()].flatMap(({ name, list, family: only }) =>
    list && (only === undefined || only === family) ? [{ name, list }] : [],
  );
const readers: Readonly<Record<Family, readonly NamedReader[]>> = { 4: readersOf(4), 6: readersOf(6) };

/** The longest text of one rule: what the kernel allows in a rule is far below. */
export const longestText = 8_192;

/**
 * The last column of `iptables -L`: what the matches print, in the order of the rule, then what the target prints. It has no marks
 * and no escapes, so where a match does not say where it ends (a comment may hold `*` and `/`), the first reading counts in which
 * everything after it can be read. Without any such reading, words that nobody reads are left out. `targets` are those that the
 * row's target column may stand for; without any, the text is all matches'.
 */
export function readListedText(text: string, family: Family, targets: readonly NamedReader[]): ListedText {
  const reading = new Reader(text, family, targets).read(0);
  if (reading) {
    const found: ListedPart[] = [];
    let last = reading;
    for (let at: Reading | undefined = reading; at; at = at.next) {
      if (at.match) found.push(at.match);
      last = at;
    }
    return { matches: found, target: last.target, unread: [], ambiguous: reading.ambiguous };
  }
  return readPieces(text, family, targets);
}

/** Tries all ways of reading the whole text; each place is looked at once. */
class Reader {
  private readonly text: string;
  private readonly family: Family;
  private readonly targets: readonly NamedReader[];
  private readonly known = new Map<number, Reading | null>();

  constructor(text: string, family: Family, targets: readonly NamedReader[]) {
    this.text = text;
    this.family = family;
    this.targets = targets;
  }

  read(from: number): Reading | undefined {
    const at = skipBlanks(this.text, from);
    const known = this.known.get(at);
    if (known !== undefined) return known ?? undefined;
    const reading = this.tryAll(at);
    this.known.set(at, reading ?? null);
    return reading;
  }

  private tryAll(at: number): Reading | undefined {
    const target = targetAt(this.text, at, this.family, this.targets);
    if (target) return { match: undefined, next: undefined, target, ambiguous: false };
    if (at === this.text.length)
      return this.targets.length > 0
        ? undefined
        : { match: undefined, next: undefined, target: undefined, ambiguous: false };
    for (const { name, list } of readers[this.family]) {
      const ways = list(this.text, at, this.family).flatMap((listed): readonly Reading[] => {
        const next = this.read(listed.end);
        return next ? [{ match: { name, from: at, listed }, next, target: undefined, ambiguous: next.ambiguous }] : [];
      });
      const [first, ...others] = ways;
      if (first)
        return others.some((other) => conditions(other) !== conditions(first)) ? { ...first, ambiguous: true } : first;
    }
    return undefined;
  }
}

/** What a reading says apart from comments. */
function conditions(reading: Reading): string {
  const parts: unknown[] = [];
  for (let at: Reading | undefined = reading; at; at = at.next)
    if (at.match && at.match.name !== "comment")
      parts.push([at.match.name, at.match.listed.options.map(({ name, negated, args }) => [name, negated, args])]);
  return JSON.stringify(parts);
}

/** The target's text, which goes to the end. */
function targetAt(text: string, at: number, family: Family, targets: readonly NamedReader[]): ListedPart | undefined {
  for (const { name, list } of targets) {
    const listed = list(text, at, family).find(({ end }) => skipBlanks(text, end) === text.length);
    if (listed) return { name, from: at, listed };
  }
  return undefined;
}

/** From left to right, leaving out each word that nothing reads. */
function readPieces(text: string, family: Family, targets: readonly NamedReader[]): ListedText {
  const found: ListedPart[] = [];
  const unread: [number, number][] = [];
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    const own = targetAt(text, at, family, targets);
    if (own) return { matches: found, target: own, unread, ambiguous: false };
    const match = firstMatch(text, at, family);
    if (match) {
      found.push(match);
      at = skipBlanks(text, match.listed.end);
      continue;
    }
    let end = at;
    while (end < text.length && text.charCodeAt(end) > 32) end++;
    const last = unread[unread.length - 1];
    if (last && skipBlanks(text, last[1]) === at) last[1] = end;
    else unread.push([at, end]);
    at = skipBlanks(text, end);
  }
  return { matches: found, target: targetAt(text, text.length, family, targets), unread, ambiguous: false };
}

function firstMatch(text: string, at: number, family: Family): ListedPart | undefined {
  for (const { name, list } of readers[family]) {
    const [listed] = list(text, at, family);
    if (listed) return { name, from: at, listed };
  }
  return undefined;
}
