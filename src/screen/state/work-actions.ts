import type { StoreApi } from "zustand/vanilla";
import { analysisActions } from "./analysis-actions.ts";
import type { LateActions } from "./late-actions.ts";
import { learnActions } from "./learn-actions.ts";
import { playActions } from "./play-actions.ts";
import type { Runs } from "./runs.ts";
import type { Actions, State, World } from "./store.ts";

/** Everything that is done with a verdict, or on the way to one. */
export const workActions = (store: StoreApi<State>, world: World, runs: Runs, actions: () => Actions): LateActions => ({
  ...analysisActions(store, world.client, runs),
  ...learnActions(store, world.client, actions),
  ...playActions(store, world.clock),
});
