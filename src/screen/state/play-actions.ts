import type { StoreApi } from "zustand/vanilla";
import { momentOfStep, type Timeline } from "../diagram/timeline.ts";
import type { Clock } from "./clock.ts";
import type { Actions, State } from "./store.ts";
import { selectTimeline } from "./timelines.ts";

type PlayActions = Pick<
  Actions,
  "selectMoment" | "selectStep" | "stepBy" | "goToDivergence" | "play" | "pause" | "togglePlay" | "setSpeed"
>;

export const speeds: readonly number[] = [0.25, 0.5, 1, 2, 4];

/** Travel and dwell in ms at speed 1 (DESIGN 7). */
export const TRAVEL = 260;
export function dwell(timeline: Timeline, moment: number): number {
  const here = timeline.moments[moment];
  if (!here) return 240;
  if (here.diverges || here.ghost) return 1200;
  return here.changes ? 700 : 240;
}

export function playActions(store: StoreApi<State>, clock: Clock): PlayActions {
  let stop: (() => void) | undefined;
  // While a question is open the clock ends where it is asked.
  const last = (): number =>
    store.getState().hold?.moment ?? (selectTimeline(store.getState())?.moments.length ?? 1) - 1;
  const clamp = (moment: number): number => Math.max(0, Math.min(last(), moment));
  const pause = (): void => {
    stop?.();
    stop = undefined;
    if (store.getState().playing) store.setState({ playing: false });
  };
  const tick = (): void => {
    const { moment, playing, speed } = store.getState();
    const timeline = selectTimeline(store.getState());
    if (!playing || !timeline) return;
    stop = clock.after((TRAVEL + dwell(timeline, moment)) / speed, () => {
      if (!store.getState().playing) return;
      if (store.getState().moment >= last()) return pause();
      store.setState((state) => ({ moment: clamp(state.moment + 1) }));
      if (store.getState().moment >= last()) stop = clock.after(TRAVEL / speed, pause);
      else tick();
    });
  };
  const select = (moment: number): void => {
    pause();
    store.setState({
      moment: clamp(moment),
      main: "way",
      detail: store.getState().detail === "steps" ? "steps" : "step",
    });
  };
  return {
    selectMoment: select,
    selectStep: (side, step) => {
      const timeline = selectTimeline(store.getState());
      const moment = timeline && momentOfStep(timeline, side, step);
      if (moment !== undefined) select(moment);
    },
    stepBy: (count) => select(store.getState().moment + count),
    goToDivergence: () => {
      const at = selectTimeline(store.getState())?.divergence;
      if (at !== undefined) select(at);
    },
    play: () => {
      if (store.getState().playing) return;
      store.setState((state) => ({ playing: true, main: "way", moment: state.moment >= last() ? 0 : state.moment }));
      tick();
    },
    pause,
    togglePlay: () => (store.getState().playing ? pause() : store.getState().shown && actionsPlay()),
    setSpeed: (speed) => store.setState({ speed }),
  };
  function actionsPlay(): void {
    store.setState((state) => ({ playing: true, main: "way", moment: state.moment >= last() ? 0 : state.moment }));
    tick();
  }
}
