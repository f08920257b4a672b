import type { SourceText } from "../base/source.ts";
import type { Contribution } from "./format.ts";

/** Writes what was read as the node's own tool would write it. */
export interface Printer {
  /** `natlens print --as` this. */
  readonly id: string;
  /**
   * Lines for what one segment says, without line ends; undefined: it says nothing of this kind. Text that was not understood is printed
   * as it was written. `source` is the text the segment was cut from: what the model does not keep is read again from there.
   */
  print(contribution: Contribution, source: SourceText): Iterable<string> | undefined;
}
