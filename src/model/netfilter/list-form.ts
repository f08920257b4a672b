import type { Words } from "../../base/words.ts";
import type { Family } from "../net/ip.ts";

/** One option that a listing's text stands for, as iptables-save would write it. */
export interface ListedOption {
  /** `--dport`. */
  readonly name: string;
  readonly negated: boolean;
  readonly args: readonly string[];
  /** Columns [from, to) of the text it was read from. */
  readonly from: number;
  readonly to: number;
}

/** What one match or target says in the last column of `iptables -L`. */
export interface Listed {
  /** Column behind it. */
  readonly end: number;
  readonly options: readonly ListedOption[];
  /** What the rule may say besides, which the listing leaves out. */
  readonly hides?: Hidden;
}

export interface Hidden {
  readonly what: Words;
  /** What is left out decides whether the rule matches or what it does. */
  readonly decides: boolean;
}

/**
 * Reads a match or target from column `from` on, as its `print` function in iptables writes it (libxtables' `print`, next to `save`).
 * Usually there is one reading or none; several where the text does not say where it ends.
 */
export type ListReader = (text: string, from: number, family: Family) => readonly Listed[];

type Found = Readonly<Record<string, string | undefined>>;

/**
 * An option and what stands for it. In the pattern, group `not` is the negation, groups `a` and `b` are the arguments; where
 * they are written in another way than iptables-save writes them, `args` says how.
 */
export type ListPart = readonly [
  option: string,
  pattern: RegExp,
  args?: (found: Found, family: Family) => readonly string[],
];

interface Step {
  readonly option: string;
  readonly pattern: RegExp;
  readonly args: (found: Found, family: Family) => readonly string[];
}

/** A part ends where a blank or the text does. */
const anchored = (pattern: RegExp): RegExp => new RegExp(`(?:${pattern.source})(?=\\s|$)`, "yu");
const plainArgs = ({ a, b }: Found): readonly string[] => [a, b].filter((arg) => arg !== undefined);

/**
 * The usual form: a word of its own (`head`; null where there is none, as for conntrack), then the options in a fixed order, each at
 * most once. Without a head at least one option must stand there.
 */
export function listForm(head: RegExp | null, parts: readonly ListPart[] = [], hides?: Hidden): ListReader {
  const start = head && anchored(head);
  const steps = parts.map(
    ([option, pattern, args = plainArgs]): Step => ({ option, pattern: anchored(pattern), args }),
  );
  return (text, from, family) => {
    let end = from;
    if (start) {
      start.lastIndex = from;
      if (!start.test(text)) return [];
      end = start.lastIndex;
    }
    const options: ListedOption[] = [];
    for (const { option, pattern, args } of steps) {
      const at = skipBlanks(text, end);
      pattern.lastIndex = at;
      const found = pattern.exec(text);
      if (!found) continue;
      end = pattern.lastIndex;
      const groups = found.groups ?? {};
      options.push({ name: option, negated: Boolean(groups.not), args: args(groups, family), from: at, to: end });
    }
    return !start && options.length === 0 ? [] : [{ end, options, ...(hides && { hides }) }];
  };
}

/** A target that may print nothing at all, as `MASQUERADE` without options. */
export const orNothing =
  (read: ListReader): ListReader =>
  (text, from, family) =>
    from >= text.length ? [{ end: from, options: [] }] : read(text, from, family);

/** Several forms, tried one after the other: of other versions, or without -n. */
export const anyForm =
  (...readers: readonly ListReader[]): ListReader =>
  (text, from, family) => {
    for (const read of readers) {
      const found = read(text, from, family);
      if (found.length > 0) return found;
    }
    return [];
  };

export function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 32) at++;
  return at;
}

/** A text of one piece that stands for several options. */
export function listPattern(
  pattern: RegExp,
  options: (found: Found) => readonly (readonly [name: string, negated: boolean, ...args: readonly string[]])[],
): ListReader {
  const whole = anchored(pattern);
  return (text, from) => {
    whole.lastIndex = from;
    const found = whole.exec(text);
    if (!found) return [];
    const end = whole.lastIndex;
    return [
      {
        end,
        options: options(found.groups ?? {}).map(([name, negated, ...args]) => ({
          name,
          negated,
          args,
          from,
          to: end,
        })),
      },
    ];
  };
}

/** A target without any text of its own. */
export const nothing: ListReader = orNothing(() => []);
