import { describe, expect, it } from "vitest";
import { analyse } from "../analysis/analyse.ts";
import type { ReadText, Session } from "../analysis/session.ts";
import type { FlowView } from "../analysis/view.ts";
import { scenarios, scenarioTexts } from "../scenarios/bundle.ts";
import { walkthroughs } from "./index.ts";
import type { WalkthroughStep } from "./walkthrough.ts";

/** The flow a step asks for; the one of the verdict where it names none. */
function viewOf(session: Session, step: WalkthroughStep): FlowView {
  const shown = session.view.diagnosis.shown;
  if (!shown) throw new Error("the scenario shows no flow");
  const { flow = shown, whatIf = [] } = step.show;
  return session.ask(typeof flow === "function" ? flow(shown) : flow, whatIf).view;
}

const textsOf = (slug: string): ReadText[] => scenarioTexts(slug).map((t) => ({ ...t, content: String(t.content) }));

describe.each(walkthroughs)("walkthrough $slug", (walkthrough) => {
  const session = analyse(textsOf(walkthrough.scenario));

  it("stands on a scenario that exists", () => {
    expect(scenarios.map((s) => s.slug)).toContain(walkthrough.scenario);
  });

  describe.each(walkthrough.steps)("$title.en", (step) => {
    const view = viewOf(session, step);

    it("shows a step that the trace has", () => {
      expect(view.broken?.traces[0]).toBeDefined();
      if (!step.show.step) return;
      const at = step.show.step(view);
      expect(at).toBeDefined();
      expect(at).toBeLessThan(view[step.show.side ?? "broken"]?.traces[0]?.steps.length ?? 0);
    });

    it("has one right answer among its choices, computed by the simulator", () => {
      if (!step.question) return;
      const right = step.question.answer(view);
      expect(right).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThan(step.question.choices.length);
    });
  });
});

describe("the incident", () => {
  const lesson = walkthroughs.find((w) => w.slug === "incident");
  const session = analyse(textsOf("incident"));
  const outcomes = (lesson?.steps ?? []).map((step) => [step.title.en, viewOf(session, step).broken?.outcome]);

  it("goes from the symptom over the wrong fix to the right one", () => {
    expect(outcomes).toEqual([
      ["The symptom", "reply-lost"],
      ["Which source?", "reply-lost"],
      ["IPVS rewrites the destination", "reply-lost"],
      ["The packet without the mark", "reply-lost"],
      ["The reply is lost", "reply-lost"],
      ["A test: bind the source", "delivered"],
      ["A test: one SNAT rule by hand", "delivered"],
      ["Pods are not affected", "delivered"],
      ["The wrong fix", "reply-lost"],
      ["The right fix", "delivered"],
    ]);
  });
});
