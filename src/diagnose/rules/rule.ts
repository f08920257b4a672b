import type { Words } from "../../base/words.ts";
import type { Family } from "../../model/net/ip.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import type { Flow } from "../../simulate/flow.ts";
import type { ClusterVerdict } from "../clusters.ts";
import type { Certainty, Evidence, Fix } from "../finding.ts";
import type { Probe } from "../probe.ts";
import type { Side } from "../side.ts";

/** What a rule may look at: one side, the flows that fail on it, and the other side for comparison. */
export interface Case {
  readonly side: Side;
  readonly other?: Side;
  /** Flows of this side that do not do what they should, and that no rule before has explained. */
  readonly failing: readonly Probe[];
  /** Every flow asked of this side, those that work included. */
  readonly probes: readonly Probe[];
  /** The flow that hurts, if somebody named one. */
  readonly wanted?: Flow;
  readonly clusters: ClusterVerdict;
}

/** A change that should heal, as it is told to people and as it is done to the model. */
export interface Remedy {
  readonly fixes: readonly Fix[];
  /** For which values it is shown, where a fix has a placeholder. */
  readonly holds: Words;
  apply(snapshot: NodeSnapshot): NodeSnapshot;
}

/** A change that people try and that does not heal; offered as a warning only if the simulation says so too. */
export interface Misstep {
  readonly text: string;
  readonly why: Words;
  apply(snapshot: NodeSnapshot): NodeSnapshot;
}

/** A rule recognised its defect in these flows. Not yet proven. */
export interface Sighting {
  readonly id: string;
  readonly side: Side;
  readonly family: Family;
  /** What is concerned, by its name on the node, where the words need it: a set and its element, a chain. */
  readonly about?: string;
  /** The flows that it breaks; of a risk, those that show it. */
  readonly probes: readonly Probe[];
  /**
   * The first heals durably, further ones at once or in part; each must prove itself. None: the defect lies where the model
   * does not reach (a Service without ready pods, a full table of connections), and `advice` says what to do.
   */
  readonly remedies: readonly Remedy[];
  readonly advice?: readonly Fix[];
  /** Why no fix was simulated, where it is not that nothing on the node heals it. */
  readonly unproven?: Words;
  /** Whether a flow is as it should be with a remedy in the model; that it is delivered, unless said otherwise. */
  readonly healed?: (again: Probe) => boolean;
  /** What the defect gives and should not: flows that work by it, and that the remedies take away. */
  readonly givesUp?: (working: Probe) => boolean;
  readonly missteps: readonly Misstep[];
  readonly evidence: readonly Evidence[];
  /** The defect is that something is absent, so a table that was not pasted whole leaves a doubt. */
  readonly byAbsence: boolean;
  /** Doubts about the cause itself that no simulation shows (two causes with one look). */
  readonly doubt?: Words;
  /** No surer than this, whatever the simulation says: what is seen is a hint, or may be as somebody wants it. */
  readonly atMost?: Certainty;
  /** It works, but a source is hidden, something is exposed, two owners disagree; a fault unless said. */
  readonly kind?: "risk";
}

/** What, why and how to verify, in words. */
export interface Explanation {
  readonly title: Words;
  readonly what: Words;
  readonly why: Words;
  readonly verify: readonly string[];
}

/** One defect. Finding is apart from wording, so that each can change alone. */
export interface DefectRule {
  /** Stable id: the defect's name, never the remedy's. */
  readonly id: string;
  /** Flows that only this defect touches and that are no Service's, asked of this side; a few. */
  asks?(side: Side, other?: Side): readonly Flow[];
  find(subject: Case): Sighting[];
  explain(sighting: Sighting): Explanation;
}
