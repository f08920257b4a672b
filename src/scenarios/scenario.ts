import type { Words } from "../base/words.ts";

/** A pair of nodes with a known story: dumps under `healthy/` and `broken/`, and what is to be found in them. */
export interface Scenario {
  readonly slug: string;
  readonly title: Words;
  readonly says: Words;
  /** Finding that has to come first; undefined where nothing is wrong. */
  readonly finds?: string;
}
