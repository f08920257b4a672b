import type { OptionDefect } from "../../../base/diagnostic-codes.ts";
import type { Words } from "../../../base/words.ts";
import type { Family } from "../../net/ip.ts";

/** Reports what is wrong with argument `index` (default: the first) and gives up. */
export type Refuse = (code: OptionDefect, message: Words, index?: number) => undefined;

/** How the words after an option are read and printed. Printing what was read gives the canonical spelling. */
export interface ValueKind<T> {
  /** Number of words after the option. */
  readonly words: number;
  /** The words may be anything, even `!`: what people write, rather than what iptables defines. */
  readonly free?: boolean;
  read(args: readonly string[], refuse: Refuse, family: Family): T | undefined;
  /** The words as iptables-save prints them; empty for a flag. */
  print(value: T): string;
}
