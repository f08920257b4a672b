import { useApp } from "../kit/store.tsx";

export type Phase = "past" | "here" | "future";

/**
 * Where an element stands against the packet. Only while the packet travels is the way ahead of it thinner; at rest the
 * whole way is evidence.
 */
export const usePhase = (moment: number): Phase =>
  useApp((state) => (state.moment === moment ? "here" : state.playing && moment > state.moment ? "future" : "past"));
