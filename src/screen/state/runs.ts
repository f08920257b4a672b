import type { StoreApi } from "zustand/vanilla";
import { type Listener, NoAnswer } from "../../analysis/worker/client.ts";
import type { State } from "./store.ts";

/** Everything that keeps the worker busy goes through here: the newest run alone says how the work goes. */
export interface Runs {
  /** Never rejects for want of an answer: the work's state tells. `job` may be done again by `again`. */
  run(purpose: "reading" | "verdict", job: (listener: Listener) => Promise<void>): Promise<void>;
  again(): Promise<void>;
  lost(error: unknown): void;
}

export function createRuns(store: StoreApi<State>): Runs {
  let newest = 0;
  let last: (() => Promise<void>) | undefined;
  const lost = (error: unknown): void => {
    if (!(error instanceof NoAnswer)) throw error;
    const work: State["work"] =
      error.reason === "cancelled"
        ? { status: "idle" }
        : error.reason === "died"
          ? { status: "died" }
          : { status: "failed", message: error.message };
    store.setState({ playing: false, asking: false, work });
  };
  const run: Runs["run"] = async (purpose, job) => {
    const mine = ++newest;
    last = () => run(purpose, job);
    const tell = (work: State["work"]): void => {
      if (mine === newest) store.setState({ work });
    };
    tell({ status: "running", for: purpose, stage: "reading", done: 0, total: 0 });
    try {
      await job({
        progress: (progress) => tell({ status: "running", for: purpose, ...progress }),
        taken: (key, lines, handle) =>
          store.setState((state) => ({
            taken: { ...state.taken, [key]: lines },
            ...(handle
              ? {
                  inputs: state.inputs.map((one) =>
                    one.key === key ? { ...one, content: handle, bytes: handle.size } : one,
                  ),
                }
              : {}),
          })),
      });
      tell({ status: "done" });
    } catch (error) {
      if (mine === newest) lost(error);
      else if (!(error instanceof NoAnswer)) throw error;
    }
  };
  return { run, lost, again: async () => last?.() };
}
