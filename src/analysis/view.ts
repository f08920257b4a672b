import type { Severity } from "../base/diagnostic.ts";
import type { Span } from "../base/span.ts";
import type { Words } from "../base/words.ts";
import type { Change, ChangeClass } from "../diagnose/change.ts";
import type { Diagnosis, SideName } from "../diagnose/finding.ts";
import type { NodePart } from "../formats/nodes.ts";
import type { RecognisedSegment } from "../formats/reading.ts";
import type { Flow } from "../simulate/flow.ts";
import type { Simulation } from "../simulate/trace.ts";
import type { Missing } from "./missing.ts";

/** A diagnostic with its place worked out, ready to print. */
export interface ShownDiagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: Words;
  readonly advice?: Words;
  readonly source: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Line and caret, monospace. */
  readonly frame: string;
  readonly at: Span;
}

export interface ShownSource {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  readonly lines: number;
  /** It seems to hold several nodes: what is of which. */
  readonly nodes?: readonly NodePart[];
}

export interface SideView {
  readonly sources: readonly ShownSource[];
  readonly segments: readonly RecognisedSegment[];
  /** At most 200, the gravest kept; `counts` counts all. */
  readonly diagnostics: readonly ShownDiagnostic[];
  readonly diagnosticsInAll: number;
  readonly counts: Readonly<Record<Severity, number>>;
}

/** What was read, before any packet is followed: small, replaced whole. */
export interface ReadView {
  readonly sides: Readonly<Partial<Record<SideName, SideView>>>;
  /** What to paste for a firm verdict, the weightiest first. */
  readonly missing: readonly Missing[];
}

/** A piece of evidence resolved to a line, so that the page needs no bytes. */
export interface ShownLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** All that the page shows of one analysis; small, replaced whole. Dumps stay in the worker. */
export interface AnalysisView extends ReadView {
  readonly diagnosis: Diagnosis;
  /** 500 changes at most, those that matter most first; `changesByClass` counts all. */
  readonly changes: readonly Change[];
  readonly changesByClass: Readonly<Partial<Record<ChangeClass, number>>>;
  /** The flow that is shown, on each side that was pasted. */
  readonly flow?: FlowView;
  /** Lines that spans of this view point to, by `source:from`. */
  readonly lines: Readonly<Record<string, ShownLine>>;
}

export interface FlowView {
  readonly flow: Flow;
  readonly healthy?: Simulation;
  readonly broken?: Simulation;
  /**
   * First step at which the two shown traces differ in what happens to the packet: indexes into the first trace of each
   * side; undefined where they agree, or where there is one side.
   */
  readonly divergence?: { readonly healthy: number; readonly broken: number };
  /** Where the healthy trace rewrites the source and the broken one does not (or the expectation, for one side alone). */
  readonly ghost?: { readonly side: SideName; readonly step: number; readonly what: Words; readonly why: Words };
}

export const lineKey = (span: Span): string => `${span.source}:${span.from}`;

export type { Change, ChangeClass } from "../diagnose/change.ts";
export type { Certainty, Diagnosis, Evidence, Finding, Fix, FlowComparison, SideName } from "../diagnose/finding.ts";
export { type Hurt, type Symptom, symptoms } from "../diagnose/hurt.ts";
export type { NodePart } from "../formats/nodes.ts";
export type { Flow, Vantage } from "../simulate/flow.ts";
export type { Assumption, Outcome, Simulation, Step, Trace } from "../simulate/trace.ts";
export type { Missing } from "./missing.ts";
