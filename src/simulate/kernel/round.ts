import { compare, type Model, modelOf, type Verdict } from "./compare.ts";
import type { Network } from "./network.ts";
import { type Dumps, saveDumps, saveRouters, setUp } from "./node-state.ts";
import { type NumberedTry, type Observed, observe } from "./observe.ts";
import type { Recorder } from "./recorder.ts";
import type { Attempt, Scenario } from "./scenario.ts";

export interface Result {
  readonly observed: Observed;
  readonly verdict: Verdict;
}

export interface Round {
  readonly scenario: Scenario;
  /** Why the node's tools would not have it. */
  readonly refused?: string;
  readonly dumps: Dumps;
  readonly model?: Model;
  readonly results: readonly Result[];
}

/**
 * How a round of attempts goes on. `patience`: milliseconds that a connection may take; nothing of it waits for anything
 * but the machine. `together` begin at the same time, and after `pause` milliseconds the next: of more the trace is lost.
 */
interface Pace {
  readonly patience: number;
  readonly together: number;
  readonly pause: number;
}

const brisk: Pace = { patience: 400, together: 4, pause: 15 };
/** For what did not agree: a busy machine is no disagreement, only what comes out the same each time is one. */
const slower: readonly Pace[] = [
  { patience: 1_500, together: 1, pause: 50 },
  { patience: 3_000, together: 1, pause: 250 },
  { patience: 3_000, together: 1, pause: 1_100 },
];

let count = 0;
/** Each has a source port in the range of ephemeral ones, none the same in a long time. */
const numbered = (attempts: readonly Attempt[], { together, pause }: Pace): NumberedTry[] =>
  attempts.map((attempt, i) => {
    count++;
    return { ...attempt, n: count, sport: 32768 + (count % 28000), after: Math.floor(i / together) * pause };
  });

/** Sets the node up, lets everybody try, and compares each attempt with what natlens says of the node's dumps. */
export async function play(network: Network, recorder: Recorder, scenario: Scenario): Promise<Round> {
  const refused = await setUp(network, scenario.setup);
  if (refused !== undefined) return { scenario, refused, dumps: new Map(), results: [] };
  const dumps = await saveDumps(network, scenario.setup);
  const model = modelOf(dumps, await saveRouters(network), scenario.setup.backend === "legacy");
  let results: readonly Result[] = await judge(network, recorder, model, scenario.attempts, brisk);
  for (const pace of slower) results = await again(network, recorder, model, results, pace);
  return { scenario, dumps, model, results };
}

async function judge(
  network: Network,
  recorder: Recorder,
  model: Model,
  asked: readonly Attempt[],
  pace: Pace,
): Promise<Result[]> {
  const attempts = numbered(asked, pace);
  const tried = await network.attempt(attempts, pace.patience);
  const { lines, frames } = await recorder.take((text) =>
    network.at("server").ask({ do: "mark-end", to: "10.20.0.2", text }),
  );
  return observe(attempts, tried, lines, frames).map((observed) => ({ observed, verdict: compare(model, observed) }));
}

async function again(
  network: Network,
  recorder: Recorder,
  model: Model,
  results: readonly Result[],
  pace: Pace,
): Promise<readonly Result[]> {
  const open = results.filter(({ verdict }) => verdict.kind === "disagrees" || verdict.kind === "lost");
  if (open.length === 0) return results;
  const attempts = open.map((result) => result.observed.attempt);
  const anew = await judge(network, recorder, model, attempts, pace);
  const byFirst = new Map(open.map((first, i) => [first, anew[i] ?? first]));
  return results.map((result) => byFirst.get(result) ?? result);
}
