import type { Step } from "../../simulate/trace.ts";

/** How a stop is drawn. A plate rewrites the source, a capsule the destination, a square the mark. */
export type StopShape =
  | "terminus" // a process, pod or client
  | "circle"
  | "square"
  | "plate"
  | "capsule"
  | "notch" // something that changes nothing and is folded: a short tick below the line
  | "peer" // the server's port
  | "socket" // where a delivered reply ends
  | "lost"
  | "unknown";

/** Call depth as drawn: the third level and deeper stand on the second. */
export type Level = 0 | 1 | 2 | "plate";

export type Effect = "snat" | "dnat" | "mark" | "undone";

/** A place of one lane where the packet stops. `steps` may be several: the rest of them is folded in. */
export interface Stop {
  /** Stops of the two lanes with the same key are the same station. */
  readonly key: string;
  readonly shape: StopShape;
  readonly level: Level;
  /** Indexes into the trace, in order. */
  readonly steps: readonly number[];
  /** The one of them that tells what happened here. */
  readonly main: number;
  readonly effect?: Effect;
  /** What stands at the stop: a table, a chain, an interface. Chains are mono. */
  readonly name: string;
  readonly nameIs: "table" | "chain" | "place";
  /** A step here rests on an assumption. */
  readonly assumed: boolean;
}

export const LEVEL_HEIGHT = 28;
export const PLATE_DEPTH = 44;
export const levelHeight = (level: Level): number => (level === "plate" ? PLATE_DEPTH : level * LEVEL_HEIGHT);

export const isTurn = (stop: Stop): boolean => stop.shape !== "notch";

/** What a step does to the packet, as far as the drawing tells such things apart. */
export function effectOf(step: Step): Effect | undefined {
  if (step.kind === "nat") return step.undo ? "undone" : step.manipulation === "src" ? "snat" : "dnat";
  if (step.kind === "ipvs" && step.what === "scheduled") return "dnat";
  if (step.kind === "ipvs" && step.what === "reply") return "undone";
  return step.changes.some((change) => change.field === "mark") ? "mark" : undefined;
}
