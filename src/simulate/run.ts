import type { Words } from "../base/words.ts";
import type { Packet } from "../model/net/packet.ts";
import type { Guess } from "../model/node/question.ts";
import type { Connection, IpvsConnection } from "./conntrack.ts";
import type { Flow } from "./flow.ts";
import type { Assumption, Choice, Ending, Outcome, Step, StepKind } from "./trace.ts";
import type { World } from "./world.ts";

/** One decision of one run: which of how many. */
export interface Decision {
  readonly taken: number;
  readonly of: number;
}

type FieldsOf = Pick<Step, "changes" | "says"> & { readonly packet: Packet; readonly assumptions?: readonly string[] };

/**
 * One following of one flow. Straight-line code that asks `choose` wherever the kernel draws or the dumps are silent;
 * `explore` runs it again for every other answer. State of the node that packets leave behind (connections, recent
 * lists) lives here, so that runs never see each other.
 */
export interface Run {
  readonly world: World;
  readonly flow: Flow;
  readonly steps: Step[];
  readonly choices: Choice[];
  readonly decisions: Decision[];
  /** In order of first use. */
  readonly assumptions: Map<string, Assumption>;
  readonly connections: Connection[];
  readonly ipvsConnections: IpvsConnection[];
  /** `recent` lists: list name to addresses. */
  readonly recent: Map<string, Set<string>>;
  /** How often each rule was reached, by table/chain/number. */
  readonly reached: Map<string, number>;
  /** The packet as it was at the very end of these hooks, the last time one got there. */
  readonly leftAt: Map<"INPUT" | "POSTROUTING", Packet>;
  rulesTried: number;
  /** Rules of this backend are walked, which are not those that `snapshot.iptables` gives first. */
  backend: "legacy" | "nft" | undefined;
  direction: "original" | "reply";
  /** Assumptions made since the last step; the next step bears them. */
  pending: string[];
  choose<T>(id: string, because: Choice["because"], question: Words, options: readonly Option<T>[]): T;
  /** Not in the dumps and nothing to assume: both answers are followed. */
  unknown(id: string, question: Words): boolean;
  assume(id: string, guess: Guess): boolean;
  step(kind: StepKind, fields: FieldsOf): void;
  stop(outcome: Outcome, reason: string, says: Words, packet: Packet): Ending;
}

export interface Option<T> {
  readonly says: Words;
  readonly value: T;
}

const yesNo: readonly Option<boolean>[] = [
  { says: { en: "yes", "zh-CN": "是" }, value: true },
  { says: { en: "no", "zh-CN": "否" }, value: false },
];

/** Most steps rest on no assumption. */
const onNothing: readonly string[] = [];

export function startRun(world: World, flow: Flow, script: readonly number[]): Run {
  const answers = new Map<string, unknown>();
  const run: Run = {
    world,
    flow,
    steps: [],
    choices: [],
    decisions: [],
    assumptions: new Map(),
    connections: [],
    ipvsConnections: [],
    recent: new Map(),
    reached: new Map(),
    leftAt: new Map(),
    rulesTried: 0,
    backend: undefined,
    direction: "original",
    pending: [],
    choose(id, because, question, options) {
      const [first] = options;
      if (first === undefined) throw new Error(`natlens bug: a choice without options: ${id}`);
      if (options.length === 1) return first.value;
      if (answers.has(id)) return answers.get(id) as typeof first.value;
      const taken = Math.min(script[run.decisions.length] ?? 0, options.length - 1);
      run.decisions.push({ taken, of: options.length });
      const option = options[taken] ?? first;
      answers.set(id, option.value);
      run.choices.push({ id, because, question, took: option.says });
      return option.value;
    },
    unknown: (id, question) => run.choose(id, "not-in-dumps", question, yesNo),
    assume(id, guess) {
      if (!run.assumptions.has(id))
        run.assumptions.set(id, {
          id,
          about: guess.about,
          because: guess.because,
          ...(guess.settledBy === undefined ? {} : { settledBy: guess.settledBy }),
        });
      if (!run.pending.includes(id)) run.pending.push(id);
      return guess.answer !== (world.turned?.has(id) ?? false);
    },
    step(kind, { packet, changes, says, assumptions }) {
      const rests =
        run.pending.length === 0 && !assumptions?.length
          ? onNothing
          : [...new Set([...run.pending, ...(assumptions ?? [])])];
      if (run.pending.length > 0) run.pending = [];
      run.steps.push({ ...kind, direction: run.direction, packet, changes, says, assumptions: rests });
    },
    stop(outcome, reason, says, packet) {
      run.step({ kind: "stopped", outcome }, { packet, changes: [], says });
      return { outcome, reason, says, step: run.steps.length - 1 };
    },
  };
  return run;
}
