import type { OptionDefect } from "../../base/diagnostic-codes.ts";
import type { Span } from "../../base/span.ts";
import type { Words } from "../../base/words.ts";

/** One option of a match or target as it stands in a rule: `! --dport 80`. */
export interface GivenOption {
  /** Full name with dashes, as the module declares it (`--dport`), whatever abbreviation was written. */
  readonly name: string;
  readonly negated: boolean;
  readonly args: readonly string[];
  /** From the `!` or the option's name to its last argument. */
  readonly at: Span;
  /** Where each argument stands; the whole option where that is not known. */
  readonly argsAt?: readonly Span[];
}

/** What a match or target says about an option it cannot read. `code` is the last part, e.g. `value-out-of-range`. */
export type Complain = (code: OptionDefect, at: Span, message: Words) => void;
