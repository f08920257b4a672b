import type { Span } from "../base/span.ts";
import type { Words } from "../base/words.ts";
import type { VersionRange } from "./version.ts";

/** Something in a dump that says which kube-proxy wrote it. */
export interface Clue {
  readonly id: string;
  readonly says: Words;
  readonly at?: Span;
  /** Where it was seen; clues from several places corroborate each other. */
  readonly from: "nat" | "filter" | "sets" | "configuration" | "other";
  readonly range: VersionRange;
}
