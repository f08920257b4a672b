import type { Span } from "../../base/span.ts";
import type { Words } from "../../base/words.ts";

/** One option of a match or target as it stands in a rule: `! --dport 80`. */
export interface GivenOption {
  readonly name: string;
  readonly negated: boolean;
  readonly args: readonly string[];
  readonly at: Span;
}

/** What a match or target says about an option it cannot read. `code` is the last part, e.g. `value-out-of-range`. */
export type Complain = (code: string, at: Span, message: Words) => void;
