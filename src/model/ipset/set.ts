import type { Span } from "../../base/span.ts";
import type { Family } from "../net/ip.ts";

/** One `create` line with its entries. Entries are kept as words; `types/` knows how to compare them. */
export interface IpSet {
  readonly name: string;
  /** `hash:ip,port`, `bitmap:port` … */
  readonly type: string;
  readonly family: Family;
  /** Words of the create line after the type, e.g. `maxelem 65536`. */
  readonly options: string;
  readonly entries: SetEntries;
  /** false: only header lines were pasted (`ipset list -t`), or lines are missing: membership is unknown, not empty. */
  readonly whole: boolean;
  readonly at: Span;
}

/** Entries of one set in the order of the dump. A reader makes them on demand, so that many cost little; arrays fit too. */
export interface SetEntries extends Iterable<SetEntry> {
  readonly length: number;
  at(index: number): SetEntry | undefined;
}
export interface SetEntry {
  /** Element as printed, without extensions. */
  readonly text: string;
  readonly nomatch: boolean;
  /** Words after the element. */
  readonly extensions: string;
  readonly at: Span;
}
