import type { Span } from "../../base/span.ts";
import type { Cidr } from "../net/cidr.ts";

export interface Negatable<T> {
  readonly negated: boolean;
  readonly is: T;
}

/** What stands before the first `-m`. An absent field matches every packet. */
export interface RuleHeader {
  readonly source?: Negatable<Cidr>;
  readonly destination?: Negatable<Cidr>;
  /** Interface pattern as written; a trailing `+` is a prefix. */
  readonly in?: Negatable<string>;
  readonly out?: Negatable<string>;
  /** Protocol as iptables-save prints it. */
  readonly proto?: Negatable<string>;
  /** `-f`: second and further fragments. */
  readonly fragment?: Negatable<true>;
}

/** A use of a match: `value` is what that match's own `parse` made, or undefined where it could not be read. */
export interface RuleMatch {
  readonly name: string;
  readonly value: unknown;
  /** The words as written, for matches natlens does not know or could not read. */
  readonly text?: string;
}

/** `-j NAME …` or `-g CHAIN`. A name that is no known target is a user-defined chain. */
export interface RuleTarget {
  readonly kind: "verdict" | "chain" | "extension" | "unknown";
  readonly name: string;
  readonly goto: boolean;
  readonly value: unknown;
  readonly text?: string;
}

export interface Rule {
  readonly table: string;
  readonly chain: string;
  /** 1-based position within its chain, as the kernel counts. */
  readonly number: number;
  readonly header: RuleHeader;
  readonly matches: readonly RuleMatch[];
  /** null: the rule only counts. */
  readonly target: RuleTarget | null;
  readonly counters?: { readonly packets: string; readonly bytes: string };
  readonly at: Span;
  /** false: part of the rule's text was not understood; matching it is unknown at best. */
  readonly understood: boolean;
  /** Words that belong to no match and no target, or generic options that could not be read, as written. */
  readonly leftover?: string;
  /**
   * What a listing leaves out. interfaces: conditions on interfaces may be there unseen (`iptables -L` without -v);
   * options: part of a match or target is not shown (hashlimit's name).
   */
  readonly hidden?: readonly ("interfaces" | "options")[];
}

/** Rules of one chain in order. Decoded from the dump's bytes on demand, so that large dumps stay small. */
export interface RuleList {
  readonly length: number;
  /** 0-based. */
  at(index: number): Rule | undefined;
  /** The lines they are read from, where they stand in a dump. */
  readonly lines?: ChainLinesText;
}

/** The lines of one chain's rules. */
export interface ChainLinesText {
  /** Byte for byte the same lines, counters apart: the rules are the same. False may only mean that it was not looked at. */
  sameAs(other: ChainLinesText): boolean;
  /**
   * 0-based places of rules whose line the other chain does not have, byte for byte and as often, counters apart: here and there.
   * Undefined where that cannot be seen from the lines.
   */
  unlike(other: ChainLinesText): readonly [here: readonly number[], there: readonly number[]] | undefined;
}

export const ruleList = (rules: readonly Rule[], lines?: ChainLinesText): RuleList => ({
  length: rules.length,
  at: (i) => rules[i],
  ...(lines ? { lines } : {}),
});

export function* rulesOf(list: RuleList): Generator<Rule> {
  for (let i = 0; i < list.length; i++) {
    const rule = list.at(i);
    if (rule) yield rule;
  }
}
