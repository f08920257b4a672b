import type { Outcome, Trace } from "./trace.ts";

/** Worse first: the order in which outcomes speak for a flow that the kernel may take several ways. */
const worst: readonly Outcome[] = [
  "looped",
  "dropped",
  "reply-lost",
  "refused",
  "wrong-destination",
  "wrong-source",
  "undecidable",
  "delivered",
];

/**
 * Where the kernel draws, the worst of the ways is the flow's outcome. Ways that only the dumps leave open must agree, or
 * nothing can be said.
 */
export function outcomeOf(traces: readonly Trace[]): Outcome {
  const [only, ...others] = possible(traces, 0);
  return only !== undefined && others.length === 0 ? only : "undecidable";
}

const keyOf = ({ choices }: Trace, at: number): string | undefined => {
  const choice = choices[at];
  return choice && `${choice.id}=${choice.took.en}`;
};

/** Outcomes that the flow may have, by what the dumps do not say. The traces have taken the same choices before `at`. */
function possible(traces: readonly Trace[], at: number): ReadonlySet<Outcome> {
  const [first, second] = traces;
  if (!first) return new Set();
  if (!second) return new Set([first.ending.outcome]);
  let parting = at;
  const together = (trace: Trace): boolean => keyOf(trace, parting) === keyOf(first, parting);
  while (first.choices[parting] && traces.every(together)) parting++;
  const parted = first.choices[parting];
  if (!parted) return new Set(traces.map((trace) => trace.ending.outcome));
  const drawn = parted.because === "kernel-draws";
  const outcomes: Outcome[] = [];
  let all: ReadonlySet<Outcome> | undefined;
  for (const way of grouped(traces, parting).values()) {
    const set = possible(way, parting + 1);
    outcomes.push(...set);
    all = all ? worseOfEach(all, set) : set;
  }
  return drawn && all ? all : new Set(outcomes);
}

function grouped(traces: readonly Trace[], at: number): Map<string | undefined, Trace[]> {
  const groups = new Map<string | undefined, Trace[]>();
  for (const trace of traces) {
    const group = groups.get(keyOf(trace, at));
    if (group) group.push(trace);
    else groups.set(keyOf(trace, at), [trace]);
  }
  return groups;
}

const worseOfEach = (a: ReadonlySet<Outcome>, b: ReadonlySet<Outcome>): ReadonlySet<Outcome> =>
  new Set([...a].flatMap((x) => Array.from(b, (y) => (worst.indexOf(x) < worst.indexOf(y) ? x : y))));
