import type { Family } from "../../model/net/ip.ts";
import type { TableName } from "../../model/netfilter/hook.ts";
import type { KernelTables } from "./kernel.ts";

/** A rule in one of the ways in which it may be written; without `-A CHAIN`. */
export interface Spelling {
  readonly table: TableName;
  readonly family: Family;
  readonly text: string;
  /** What it is counted under: the match or target it is about. */
  readonly about: string;
}

export interface Refused {
  readonly spelling: Spelling;
  readonly reason: string;
}

/** What the kernel took, in the order of its rules in chain `chain`, and what not. */
export interface LoadedSpellings {
  readonly accepted: readonly Spelling[];
  readonly refused: readonly Refused[];
}

/** The chain of each table that the spellings are loaded into. Nothing leads there, so no hook restricts its rules. */
export const chain = "SPELLINGS";

/** Spellings tried in one go. Where one of them is refused, each half is tried, and so on. */
const together = 32;

/** Loads what the kernel takes of the spellings of one table. */
export function loadSpellings(tables: KernelTables, table: TableName, spellings: readonly Spelling[]): LoadedSpellings {
  const accepted: Spelling[] = [];
  const refused: Refused[] = [];
  const text = (lines: readonly string[]): string => `*${table}\n${lines.join("\n")}\nCOMMIT\n`;
  const reason = tables.restore(text([`:${chain} - [0:0]`]));
  if (reason !== undefined) return { accepted, refused: spellings.map((spelling) => ({ spelling, reason })) };
  const load = (some: readonly Spelling[]): void => {
    const refusal = tables.restore(text(some.map((one) => `-A ${chain} ${one.text}`.trimEnd())));
    const [only] = some;
    if (refusal === undefined) accepted.push(...some);
    else if (some.length === 1 && only) refused.push({ spelling: only, reason: refusal });
    else {
      const middle = some.length >> 1;
      load(some.slice(0, middle));
      load(some.slice(middle));
    }
  };
  for (let from = 0; from < spellings.length; from += together) load(spellings.slice(from, from + together));
  return { accepted, refused };
}
