import type { Hurt } from "../diagnose/hurt.ts";
import { analyseSteps, type ReadText, type Session } from "./session.ts";

/** The whole analysis at one go: the command line and tests have no page to keep responsive. */
export function analyse(texts: readonly ReadText[], flow?: Hurt): Session {
  const steps = analyseSteps(texts, flow);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
