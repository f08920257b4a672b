import type { StoreApi } from "zustand/vanilla";
import type { FlowView } from "../../analysis/view.ts";
import type { AnalysisClient } from "../../analysis/worker/client.ts";
import { NoAnswer } from "../../analysis/worker/client.ts";
import { hurtsFlow } from "./hurts.ts";
import { ownTexts } from "./input-actions.ts";
import { inputMark } from "./read-actions.ts";
import type { Runs } from "./runs.ts";
import type { Actions, State } from "./store.ts";
import { firstMoment, selectTimeline } from "./timelines.ts";

type AnalysisActions = Pick<
  Actions,
  "openTexts" | "compare" | "askFlow" | "tryWhatIf" | "makeLink" | "openLink" | "openExample"
>;

const quiet = { playing: false, asking: false } as const;

export function analysisActions(store: StoreApi<State>, client: AnalysisClient, runs: Runs): AnalysisActions {
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
      runs.lost(error);
    }
  };
  const openTexts: Actions["openTexts"] = async (texts, flow) => {
    store.setState(quiet);
    await runs.run("verdict", async (listener) => {
      const view = await client.analyse(texts, flow, listener);
      store.setState({
        view,
        shown: view.flow,
        lines: view.lines,
        moment: view.flow ? firstMoment(view.flow) : 0,
        whatIf: [],
        editing: false,
        main: "way",
        detail: view.flow ? "step" : "verdict",
        text: [],
      });
    });
  };
  return {
    openTexts,
    openExample: async (slug) => {
      const { scenarioTexts } = await import("../../scenarios/bundle.ts");
      await openTexts(scenarioTexts(slug));
    },
    compare: async () => {
      const { hurts, view: before } = store.getState();
      const readOf = inputMark(store.getState());
      await openTexts(ownTexts(store.getState()), hurtsFlow(hurts));
      const { view } = store.getState();
      if (view && view !== before) store.setState({ read: view, readOf });
    },
    askFlow: async (flow) => {
      store.setState({ main: "way" });
      await ask(flow, store.getState().whatIf);
    },
    tryWhatIf: async (whatIf) => {
      const flow = store.getState().shown?.flow;
      if (flow) await ask(flow, whatIf);
    },
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
        inputs: texts.map((text, i) => ({
          ...text,
          key: `link/${Date.now().toString(36)}-${i}`,
          bytes: text.content.length,
        })),
        drafts: { healthy: "", broken: "" },
        fromLink: true,
      });
      await openTexts(store.getState().inputs, flow);
      if (whatIf && whatIf.length > 0 && store.getState().shown)
        await ask((store.getState().shown as FlowView).flow, whatIf);
      const last = selectTimeline(store.getState())?.moments.length ?? 0;
      if (step !== undefined && step >= 0 && step < last) store.setState({ moment: step });
    },
  };
}
