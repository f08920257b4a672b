import type { FlowView } from "../../analysis/view.ts";
import { momentOfStep, type Timeline, timelineOf } from "../diagram/timeline.ts";
import type { State } from "./store.ts";

const timelines = new WeakMap<FlowView, Timeline>();

/** The timeline of a flow view, made once for each. */
export function timelineFor(view: FlowView): Timeline {
  const known = timelines.get(view);
  if (known) return known;
  const made = timelineOf(view);
  timelines.set(view, made);
  return made;
}

export const selectTimeline = (state: State): Timeline | undefined =>
  state.shown ? timelineFor(state.shown) : undefined;

/** Where a flow opens: at the missing step, else where the lanes part, else where it ends. */
export function firstMoment(view: FlowView): number {
  const timeline = timelineFor(view);
  if (view.ghost) {
    const ghost = timeline.moments.find(
      (m) => m.ghost && timeline.stops.some((s) => s.moment === m.index && s.effect === "snat"),
    );
    const told = ghost?.index ?? momentOfStep(timeline, view.ghost.side, view.ghost.step);
    if (told !== undefined) return told;
  }
  return timeline.divergence ?? 0;
}
