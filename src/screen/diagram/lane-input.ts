import type { Language } from "../../base/words.ts";
import type { SideName } from "../../diagnose/finding.ts";
import type { Trace } from "../../simulate/trace.ts";
import type { WantedGhost } from "./lane-ghosts.ts";
import type { Measure } from "./place-stops.ts";
import type { LaneStop } from "./timeline.ts";

export interface LaneMetrics {
  readonly top: number;
  readonly height: number;
  readonly lineY: number;
  readonly tracksY: number;
  readonly replyY: number;
}

/** Heights within one lane: what is over goes to the card, the dips and the reply, in this order. */
export function laneMetrics(top: number, height: number): LaneMetrics {
  const extra = Math.max(-2, Math.min(150, height - 286));
  const lineY = top + 99 + Math.max(0, extra) * 0.28 + Math.min(0, extra) * 0.2;
  const tracksY = lineY + 87 + Math.max(0, extra) * 0.22 + Math.min(0, extra) * 0.3;
  return {
    top,
    height,
    lineY: Math.round(lineY),
    tracksY: Math.round(tracksY),
    replyY: Math.round(tracksY + 70 + extra * 0.24),
  };
}

export interface LaneInput {
  readonly side: SideName;
  readonly trace: Trace;
  /** In order, request first; with their x. */
  readonly stops: readonly (LaneStop & { readonly x: number })[];
  readonly metrics: LaneMetrics;
  readonly width: number;
  readonly trackEnd: number;
  readonly socketX: number;
  readonly ghosts: readonly WantedGhost[];
  readonly language: Language;
  readonly measure: Measure;
}

export type XStop = LaneStop & { readonly x: number };
