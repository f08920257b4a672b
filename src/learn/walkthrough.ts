import type { WhatIf } from "../analysis/request.ts";
import type { FlowView } from "../analysis/view.ts";
import type { Words } from "../base/words.ts";
import type { SideName } from "../diagnose/finding.ts";
import type { Flow } from "../simulate/flow.ts";

/** What the workbench beside the text shows. */
export interface Show {
  readonly flow: Flow;
  /** Picks the step to stand at, in the trace of `side`; the flow's first divergence or ghost where it is absent. */
  readonly step?: (view: FlowView) => number | undefined;
  readonly side?: SideName;
  readonly whatIf?: readonly WhatIf[];
}

/** One answer to choose. */
export interface Choice {
  readonly says: Words;
  readonly note?: Words;
}

/** A prediction. The right answer is computed from the traces, never written down. */
export interface Question {
  readonly prompt: Words;
  readonly choices: readonly Choice[];
  /** Index of the right choice, from what the simulator says of the shown flow. */
  readonly answer: (view: FlowView) => number;
  /** Why, shown after the answer. */
  readonly because: Words;
}

export interface WalkthroughStep {
  readonly title: Words;
  /** Paragraphs. Between backticks: what an engineer types. */
  readonly text: readonly Words[];
  readonly show: Show;
  readonly question?: Question;
}

/** A lesson over the dumps of one scenario. Each starts from its own scenario; none inherits from the one before. */
export interface Walkthrough {
  readonly slug: string;
  readonly title: Words;
  readonly says: Words;
  readonly scenario: string;
  readonly steps: readonly WalkthroughStep[];
}
