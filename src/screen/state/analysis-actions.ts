import type { StoreApi } from "zustand/vanilla";
import type { AnalysisClient } from "../../analysis/worker/client.ts";
import { NoAnswer } from "../../analysis/worker/client.ts";
import { firstMoment } from "./selectors.ts";
import type { Actions, State } from "./store.ts";

type AnalysisActions = Pick<Actions, "openTexts" | "cancelWork" | "askFlow" | "tryWhatIf" | "readLines" | "makeLink">;

const quiet = { playing: false, asking: false } as const;

export function analysisActions(store: StoreApi<State>, client: AnalysisClient): AnalysisActions {
  const lost = (error: unknown): void => {
    if (!(error instanceof NoAnswer)) throw error;
    if (error.reason === "cancelled") store.setState((state) => ({ ...quiet, work: state.view ? { status: "done" } : { status: "idle" } }));
    else if (error.reason === "died") store.setState({ ...quiet, work: { status: "died" } });
    else store.setState({ ...quiet, work: { status: "failed", message: error.message } });
  };
  const ask = async (flow: NonNullable<State["shown"]>["flow"], whatIf: State["whatIf"]): Promise<void> => {
    store.setState({ asking: true, playing: false, whatIf });
    try {
      const answer = await client.ask(flow, whatIf);
      store.setState((state) => ({ asking: false, shown: answer.view, lines: { ...state.lines, ...answer.lines }, moment: firstMoment(answer.view) }));
    } catch (error) {
      if (error instanceof NoAnswer && error.reason === "cancelled") return;
      lost(error);
    }
  };
  return {
    async openTexts(texts, flow) {
      store.setState({ ...quiet, work: { status: "running", stage: "reading", done: 0, total: 0 } });
      try {
        const view = await client.analyse(texts, flow, (progress) =>
          store.setState({ work: { status: "running", stage: progress.stage, done: progress.done, total: progress.total } }),
        );
        store.setState({
          work: { status: "done" },
          view,
          shown: view.flow,
          lines: view.lines,
          moment: view.flow ? firstMoment(view.flow) : 0,
          whatIf: [],
          editing: false,
          main: "way",
          detail: "step",
          text: undefined,
        });
      } catch (error) {
        lost(error);
      }
    },
    cancelWork: () => client.cancel(),
    askFlow: async (flow) => {
      store.setState({ main: "way" });
      await ask(flow, store.getState().whatIf);
    },
    tryWhatIf: async (whatIf) => {
      const flow = store.getState().shown?.flow;
      if (flow) await ask(flow, whatIf);
    },
    readLines: (source, from, count) => client.lines(source, from, count),
    makeLink: (base) => client.link(base, store.getState().shown?.flow, store.getState().moment),
  };
}
