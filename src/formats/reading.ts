import type { Diagnostic } from "../base/diagnostic.ts";
import type { Span } from "../base/span.ts";
import type { Words } from "../base/words.ts";
import type { Coverage, NodeSnapshot } from "../model/node/snapshot.ts";

/** One recognised piece of the paste, as the chips and `natlens parse` show it. */
export interface RecognisedSegment {
  readonly format: string;
  readonly title: Words;
  readonly at: Span;
  /** 1-based, inclusive. */
  readonly lines: readonly [number, number];
  readonly coverage: Coverage;
  readonly counts: readonly { readonly n: number; readonly of: Words }[];
  readonly command?: string;
}

/** Everything that was understood of one side's texts, and everything that was not. */
export interface Reading {
  readonly snapshot: NodeSnapshot;
  readonly segments: readonly RecognisedSegment[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Bytes read so far; yielded often enough that a caller can stay responsive (every few milliseconds). */
export interface ReadProgress {
  readonly done: number;
  readonly total: number;
}
