import { type NumberRange, numberRange } from "./number-range.ts";

/** Security parameter indexes, and what else has 32 bits and a range: `5`, `5:9`. */
export const index32 = numberRange(0xffffffff);

/** The tools leave out a range that holds every number; negated it stays, as it matches none (so iptables 1.8.11). */
export const all32 = ([low, high]: NumberRange, negated: boolean): boolean =>
  low === 0 && high === 0xffffffff && !negated;
