import type { StoreApi } from "zustand/vanilla";
import type { AnalysisClient } from "../../analysis/worker/client.ts";
import type { Clock } from "./clock.ts";
import { draftKey, ownTexts } from "./input-actions.ts";
import type { Runs } from "./runs.ts";
import { isIntake } from "./selectors.ts";
import type { Actions, State } from "./store.ts";

/** Typing rests so long before what was typed is read. */
const REST = 400;

/** Says whether the input is another one than was read last; sizes stand for what never changes. */
export const inputMark = (state: State): string => {
  const typed: readonly string[] = [draftKey("healthy"), draftKey("broken")];
  return ownTexts(state)
    .map(({ key, side, name, asPasted, content }) =>
      [key, side, name, asPasted === true, typed.includes(key) ? content : ""].join(" "),
    )
    .join("\n");
};

/**
 * Reads the input while the reader still looks at it: what is recognised, what is not, what is missing. Begins by itself
 * whenever the intake is on screen and its texts are others than those that were read last.
 */
export function readActions(
  store: StoreApi<State>,
  client: AnalysisClient,
  clock: Clock,
  runs: Runs,
): Pick<Actions, "readInput" | "readLines" | "runAgain" | "cancelWork"> {
  const isDue = (state: State): boolean =>
    isIntake(state) &&
    !state.restoring &&
    !(state.work.status === "running" && state.work.for === "verdict") &&
    inputMark(state) !== state.readOf;

  const readInput = async (): Promise<void> => {
    const state = store.getState();
    const texts = ownTexts(state);
    store.setState({ due: false, readOf: inputMark(state) });
    if (texts.length === 0) {
      if (state.work.status === "running") client.cancel();
      store.setState({ read: undefined, taken: {} });
      return;
    }
    await runs.run("reading", async (listener) => {
      const read = await client.read(ownTexts(store.getState()), listener);
      store.setState({ read });
    });
  };

  store.subscribe((state, before) => {
    if (state.due || !isDue(state)) return;
    store.setState({ due: true });
    clock.after(state.drafts === before.drafts ? 0 : REST, () => {
      if (isDue(store.getState())) void readInput();
      else store.setState({ due: false });
    });
  });
  return {
    readInput,
    readLines: (source, from, count) =>
      client.lines(source, from, count, ownTexts(store.getState()).find(({ key }) => key === source)?.content),
    runAgain: () => runs.again(),
    cancelWork: () => client.cancel(),
  };
}
