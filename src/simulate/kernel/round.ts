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

/** Milliseconds that a connection may take. Nothing of it waits for anything but the machine. */
const patience = 400;
/** How long it may take when a disagreement is tried again, alone. */
const morePatience = 1_500;
const secondTries = 2;

/** Attempts that begin at the same time, and milliseconds until the next: what the kernel says of more at once is lost. */
const together = 8;
const pause = 15;

let count = 0;
/** Each in the range of ephemeral ports, none twice in a long time. */
const numbered = (attempts: readonly Attempt[]): NumberedTry[] =>
  attempts.map((attempt, i) => {
    count++;
    return { ...attempt, n: count, sport: 32768 + (count % 28000), after: Math.floor(i / together) * pause };
  });

/** Sets the node up, lets everybody try, and compares each attempt with what natlens says of the node's dumps. */
export async function play(network: Network, recorder: Recorder, scenario: Scenario): Promise<Round> {
  const refused = await setUp(network, scenario.setup);
  if (refused !== undefined) return { scenario, refused, dumps: new Map(), results: [] };
  const dumps = await saveDumps(network);
  const model = modelOf(dumps, await saveRouters(network));
  let results: readonly Result[] = await judge(network, recorder, model, numbered(scenario.attempts), patience);
  for (let i = 0; i < secondTries; i++) results = await again(network, recorder, model, results);
  return { scenario, dumps, model, results };
}

async function judge(
  network: Network,
  recorder: Recorder,
  model: Model,
  attempts: readonly NumberedTry[],
  wait: number,
): Promise<Result[]> {
  const tried = await network.attempt(attempts, wait);
  const { lines, frames } = await recorder.take((text) =>
    network.at("server").ask({ do: "mark-end", to: "10.20.0.2", text }),
  );
  return observe(attempts, tried, lines, frames).map((observed) => ({ observed, verdict: compare(model, observed) }));
}

/** A busy machine is no disagreement: only what comes out the same again is one. */
async function again(
  network: Network,
  recorder: Recorder,
  model: Model,
  results: readonly Result[],
): Promise<readonly Result[]> {
  const open = results.filter(({ verdict }) => verdict.kind === "disagrees");
  if (open.length === 0) return results;
  const anew = await judge(network, recorder, model, numbered(open.map((r) => r.observed.attempt)), morePatience);
  const byFirst = new Map(open.map((first, i) => [first, anew[i] ?? first]));
  return results.map((result) => byFirst.get(result) ?? result);
}
