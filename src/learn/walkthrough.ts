import type { WhatIf } from "../analysis/request.ts";
import type { Flow, FlowView, SideName } from "../analysis/view.ts";
import type { Words } from "../base/words.ts";

/** Words that may name what the simulator found: addresses come from the traces, never from the lesson's own text. */
export type Told = Words | ((view: FlowView) => Words);

export const tell = (told: Told, view: FlowView): Words => (typeof told === "function" ? told(view) : told);

/** What the workbench beside the text shows. */
export interface Show {
  /** The flow of the verdict where it is absent. */
  readonly flow?: Flow | ((shown: Flow) => Flow);
  /** Index into the trace of `side` (broken by default) at which to stand; where the flow opens, if absent. */
  readonly step?: (view: FlowView) => number | undefined;
  readonly side?: SideName;
  readonly whatIf?: readonly WhatIf[];
}

/** One answer to choose. */
export interface Choice {
  readonly says: Words;
  readonly note?: Words;
}

/** A prediction. Which choice is right is computed from the traces, never written down. */
export interface Question {
  readonly prompt: Told;
  readonly choices: readonly Choice[] | ((view: FlowView) => readonly Choice[]);
  /** Index of the right choice. */
  readonly answer: (view: FlowView) => number;
  /** Shown after the answer. */
  readonly because: Told;
}

export interface WalkthroughStep {
  readonly title: Words;
  /** Paragraphs. Between backticks: what an engineer types. */
  readonly text: readonly Told[];
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
