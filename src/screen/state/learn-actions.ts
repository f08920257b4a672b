import type { StoreApi } from "zustand/vanilla";
import type { AnalysisClient } from "../../analysis/worker/client.ts";
import { NoAnswer } from "../../analysis/worker/client.ts";
import type { Walkthrough } from "../../learn/walkthrough.ts";
import { momentOfStep } from "../diagram/timeline.ts";
import type { Actions, State } from "./store.ts";
import { firstMoment, timelineFor } from "./timelines.ts";

type LearnActions = Pick<Actions, "openLesson" | "predict" | "reveal">;

/** A lesson loads its own scenario once; each of its steps then asks for its flow. */
export function learnActions(store: StoreApi<State>, client: AnalysisClient, actions: () => Actions): LearnActions {
  const showStep = async (walkthrough: Walkthrough, step: number): Promise<void> => {
    const wanted = walkthrough.steps[step];
    const base = store.getState().view?.diagnosis.shown;
    if (!wanted || !base) return;
    const { flow = base, whatIf = [], side = "broken" } = wanted.show;
    const answer = await client.ask(typeof flow === "function" ? flow(base) : flow, whatIf);
    const timeline = timelineFor(answer.view);
    const index = wanted.show.step?.(answer.view);
    const moment = (index === undefined ? undefined : momentOfStep(timeline, side, index)) ?? firstMoment(answer.view);
    store.setState((state) => ({
      asking: false,
      shown: answer.view,
      lines: { ...state.lines, ...answer.lines },
      moment,
      whatIf: [],
      main: "way",
      lesson: { walkthrough, step, ...(wanted.question ? {} : { revealed: true }) },
      hold: wanted.question ? { side, moment } : undefined,
    }));
  };
  return {
    async openLesson(slug, step) {
      const { walkthroughs } = await import("../../learn/index.ts");
      const walkthrough = walkthroughs.find((one) => one.slug === slug);
      if (!walkthrough) {
        store.setState({ lesson: undefined, hold: undefined });
        return;
      }
      try {
        if (store.getState().lesson?.walkthrough.slug !== slug || !store.getState().view) {
          const { scenarioTexts } = await import("../../scenarios/bundle.ts");
          await actions().openTexts(scenarioTexts(walkthrough.scenario));
        }
        store.setState({ asking: true, playing: false });
        await showStep(walkthrough, Math.max(0, Math.min(walkthrough.steps.length - 1, step - 1)));
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        store.setState({ asking: false });
      }
    },
    predict: (choice) =>
      store.setState((state) =>
        state.lesson && !state.lesson.revealed ? { lesson: { ...state.lesson, chosen: choice } } : {},
      ),
    reveal: () => {
      const { lesson } = store.getState();
      if (!lesson) return;
      store.setState({ lesson: { ...lesson, revealed: true }, hold: undefined });
      actions().play();
    },
  };
}
