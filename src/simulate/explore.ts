import type { Flow } from "./flow.ts";
import { type Run, startRun } from "./run.ts";
import { summarise } from "./summary.ts";
import type { Ending, Trace } from "./trace.ts";
import type { World } from "./world.ts";

/** So many runs are followed for one flow; beyond it the result says that it is not complete. */
const mostRuns = 96;

/** Rules tried for one flow, in all its runs: a budget, so that time stays bounded whatever the dump holds. */
const mostRulesTried = 150_000;
/** Steps and choices of all its runs together: they are kept to be shown. */
const mostKept = 20_000;

/** Follows every combination of choices, the likeliest (first options) first. */
export function explore(
  world: World,
  flow: Flow,
  follow: (run: Run) => Ending,
): { runs: Run[]; traces: Trace[]; truncated: boolean } {
  const waiting: number[][] = [[]];
  const traces: Trace[] = [];
  const runs: Run[] = [];
  let tried = 0;
  let kept = 0;
  let truncated = false;
  while (waiting.length > 0 && runs.length < mostRuns && tried < mostRulesTried && kept < mostKept) {
    const script = waiting.shift() ?? [];
    const run = startRun(world, flow, script);
    const ending = follow(run);
    runs.push(run);
    tried += run.rulesTried;
    kept += run.steps.length + run.choices.length;
    traces.push({
      steps: run.steps,
      ending,
      choices: run.choices,
      assumptions: [...run.assumptions.keys()],
      summary: summarise(run),
    });
    for (let i = script.length; i < run.decisions.length; i++) {
      const decision = run.decisions[i];
      if (!decision) continue;
      // What will not be followed any more is not kept either: one run may have met thousands of choices.
      if (runs.length + waiting.length >= mostRuns) {
        truncated ||= decision.of > 1;
        break;
      }
      const before = run.decisions.slice(0, i).map((d) => d.taken);
      for (let other = 1; other < decision.of; other++) waiting.push([...before, other]);
    }
  }
  return { runs, traces, truncated: truncated || waiting.length > 0 };
}
