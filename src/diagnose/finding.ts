import type { Span } from "../base/span.ts";
import type { Words } from "../base/words.ts";
import type { Address } from "../model/net/symbolic.ts";
import type { Flow } from "../simulate/flow.ts";
import type { Assumption, Outcome } from "../simulate/trace.ts";

export type Certainty = "certain" | "likely" | "possible";
export type SideName = "healthy" | "broken";

export interface Fix {
  readonly kind: "command" | "config";
  readonly text: string;
  /** What it changes, for how long, how to undo it, whether it cuts live traffic. */
  readonly says: Words;
}

/** A remedy that people try first and that does not help, with the simulation that shows it. */
export interface RefutedFix {
  readonly text: string;
  readonly outcome: Outcome;
  readonly why: Words;
}

/** One flow on both sides. */
export interface FlowComparison {
  readonly flow: Flow;
  /** So many flows, this one included, must end like it; absent where it is the only one. */
  readonly alike?: number;
  readonly healthy?: Outcome;
  readonly broken?: Outcome;
  readonly masquerade: { readonly healthy?: boolean; readonly broken?: boolean };
  readonly sourceSeen: { readonly healthy?: Address; readonly broken?: Address };
}

/** A line of a dump that shows it. */
export interface Evidence {
  readonly side: SideName;
  readonly at: Span;
  /** Why this line is shown, in a few words. */
  readonly says: Words;
}

export interface Finding {
  /** Stable id of root-causes: a defect's name, never the remedy's. */
  readonly id: string;
  readonly kind: "fault" | "risk";
  readonly certainty: Certainty;
  readonly side: SideName;
  readonly title: Words;
  readonly what: Words;
  readonly why: Words;
  readonly fix: readonly Fix[];
  readonly refuted: readonly RefutedFix[];
  /** Commands that show on the node that it works again. */
  readonly verify: readonly string[];
  /** The fix was applied to the model and the flows were simulated again. */
  readonly proven: boolean;
  /** For which values the proof holds, where the fix has a placeholder. */
  readonly proof: Words;
  readonly evidence: readonly Evidence[];
  readonly flows: readonly FlowComparison[];
}

/** Whether pasted captures and logs agree with what the simulation says. */
export interface ObservationVerdict {
  readonly side: SideName;
  readonly at: Span;
  readonly verdict: "agrees" | "contradicts" | "other-flow";
  /** The flow that it is about. */
  readonly flow?: Flow;
  readonly says: Words;
}

export interface Note {
  readonly id: string;
  /** It speaks against what the model predicts: shown before everything else. */
  readonly first?: true;
  readonly says: Words;
  readonly evidence: readonly Evidence[];
}

export interface Undecidable {
  readonly question: Words;
  /** Command whose output to paste. */
  readonly paste: string;
  /** Of which node, where the question is about one. */
  readonly side?: SideName;
}

/** natlens's answer. */
export interface Diagnosis {
  readonly findings: readonly Finding[];
  /** Every flow that was simulated, both sides. */
  readonly flows: readonly FlowComparison[];
  /** The flow that shows the first finding best; undefined if there is no flow at all. */
  readonly shown?: Flow;
  readonly undecidable: readonly Undecidable[];
  readonly assumptions: readonly Assumption[];
  readonly observations: readonly ObservationVerdict[];
  /** Remarks that are no fault: different clusters, different versions, which version wrote a dump. */
  readonly notes: readonly Note[];
  /** What was checked, for the answer "nothing wrong found". */
  readonly checked: readonly Words[];
  /** What natlens cannot see here, and next commands. */
  readonly blind: readonly Words[];
}
