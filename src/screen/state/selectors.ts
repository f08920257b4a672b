import type { SideName } from "../../analysis/view.ts";
import { draftKey } from "./input-actions.ts";
import type { State } from "./store.ts";

export const selectDark = (state: State): boolean =>
  state.settings.theme === "dark" || (state.settings.theme === "system" && state.systemDark);

/** Nothing is on its way: no analysis, no question, no packet, no text. */
export const selectIdle = (state: State): boolean =>
  state.work.status !== "running" &&
  !state.asking &&
  !state.playing &&
  !state.due &&
  !state.restoring &&
  state.unpacking.length === 0;

/** Repairs are declined for this text. */
export const isAsPasted = (state: State, side: SideName, key: string): boolean =>
  key === draftKey(side)
    ? state.draftsAsPasted[side]
    : state.inputs.some((input) => input.key === key && input.asPasted === true);

/** The input is on screen. */
export const isIntake = (state: State): boolean => state.place.page === "work" && !hasWork(state);

export const hasWork = (state: State): boolean => state.view !== undefined && !state.editing;
