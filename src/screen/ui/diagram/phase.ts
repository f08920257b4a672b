import type { SideName } from "../../../analysis/view.ts";
import { useApp } from "../kit/store.tsx";

/** hidden: a question about it is open. */
export type Phase = "past" | "here" | "future" | "hidden";

/**
 * Where an element stands against the packet. Only while the packet travels is the way ahead of it thinner; at rest the
 * whole way is evidence, save what the reader has been asked to predict.
 */
export const usePhase = (moment: number, side: SideName): Phase =>
  useApp((state) => {
    if (state.hold && state.hold.side === side && moment > state.hold.moment) return "hidden";
    if (state.moment === moment) return "here";
    return state.playing && moment > state.moment ? "future" : "past";
  });
