import type { StoreApi } from "zustand/vanilla";
import type { FlowView } from "../../analysis/view.ts";
import type { AnalysisClient } from "../../analysis/worker/client.ts";
import { NoAnswer } from "../../analysis/worker/client.ts";
import { firstMoment, selectTimeline } from "./selectors.ts";
import type { Actions, State } from "./store.ts";

type AnalysisActions = Pick<
  Actions,
  | "openTexts"
  | "runAgain"
  | "cancelWork"
  | "askFlow"
  | "tryWhatIf"
  | "readLines"
  | "makeLink"
  | "openLink"
  | "openExample"
>;

const quiet = { playing: false, asking: false } as const;

export function analysisActions(store: StoreApi<State>, client: AnalysisClient): AnalysisActions {
  let last: Parameters<Actions["openTexts"]> | undefined;
  const lost = (error: unknown): void => {
    if (!(error instanceof NoAnswer)) throw error;
    if (error.reason === "cancelled")
      store.setState((state) => ({ ...quiet, work: state.view ? { status: "done" } : { status: "idle" } }));
    else if (error.reason === "died") store.setState({ ...quiet, work: { status: "died" } });
    else store.setState({ ...quiet, work: { status: "failed", message: error.message } });
  };
  const ask = async (flow: NonNullable<State["shown"]>["flow"], whatIf: State["whatIf"]): Promise<void> => {
    store.setState({ asking: true, playing: false, whatIf });
    try {
      const answer = await client.ask(flow, whatIf);
      store.setState((state) => ({
        asking: false,
        shown: answer.view,
        lines: { ...state.lines, ...answer.lines },
        moment: firstMoment(answer.view),
      }));
    } catch (error) {
      if (error instanceof NoAnswer && error.reason === "cancelled") return;
      lost(error);
    }
  };
  const openTexts: Actions["openTexts"] = async (texts, flow) => {
    last = [texts, flow];
    store.setState({ ...quiet, work: { status: "running", stage: "reading", done: 0, total: 0 } });
    try {
      const view = await client.analyse(texts, flow, (progress) =>
        store.setState({
          work: { status: "running", stage: progress.stage, done: progress.done, total: progress.total },
        }),
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
        detail: view.flow ? "step" : "verdict",
        text: undefined,
      });
    } catch (error) {
      lost(error);
    }
  };
  return {
    openTexts,
    openExample: async (slug) => {
      const { scenarioTexts } = await import("../../scenarios/bundle.ts");
      await openTexts(scenarioTexts(slug));
    },
    runAgain: async () => {
      if (last) await openTexts(...last);
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
    makeLink: (base) => {
      const { shown, moment, whatIf } = store.getState();
      return client.link(base, {
        ...(shown ? { flow: shown.flow } : {}),
        step: moment,
        ...(whatIf.length > 0 ? { whatIf } : {}),
      });
    },
    async openLink(fragment) {
      store.setState({ link: { status: "opening" } });
      const { decodeLink } = await import("../../share/permalink.ts");
      const decoded = decodeLink(fragment);
      if (!decoded.ok) {
        store.setState({ link: { status: "damaged", reason: decoded.says } });
        return;
      }
      const { texts, flow, step, whatIf } = decoded.value;
      store.setState({
        link: { status: "open" },
        inputs: texts.map((text, i) => ({ ...text, id: -1 - i, bytes: text.content.length })),
      });
      await openTexts(texts, flow);
      if (whatIf && whatIf.length > 0 && store.getState().shown)
        await ask((store.getState().shown as FlowView).flow, whatIf);
      const last = selectTimeline(store.getState())?.moments.length ?? 0;
      if (step !== undefined && step >= 0 && step < last) store.setState({ moment: step });
    },
  };
}
