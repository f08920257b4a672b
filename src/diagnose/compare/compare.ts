import type { Change } from "../change.ts";
import { type Probe, probe, sameFate } from "../probe.ts";
import type { Side } from "../side.ts";
import type { Draft } from "./draft.ts";
import { compareParts } from "./parts.ts";
import { compareTables } from "./tables.ts";

/** One flow asked of both sides. */
export interface Asked {
  readonly healthy: Probe;
  readonly broken: Probe;
}

/** Trials are simulations; so many differences are tried, those that a differing flow meets first. */
const mostTrials = 200;

/** Everything in which the nodes differ, not yet classed. */
export function* draftsOf(healthy: Side, broken: Side): Generator<Draft> {
  yield* compareTables(healthy, broken);
  yield* compareParts(healthy, broken);
}

/**
 * Classes each difference. It is *fate* only if a flow that fares differently on the two sides meets it, and fares
 * differently again on one side once just this difference is taken away there.
 */
export function* classify(drafts: readonly Draft[], asked: readonly Asked[]): Generator<Change> {
  const parted = asked.filter((a) => !sameFate(a.healthy, a.broken));
  let trials = 0;
  for (const draft of drafts) {
    const flows: string[] = [];
    for (const pair of parted) {
      if (trials >= mostTrials || flows.length >= 10) break;
      if (!meets(draft, pair)) continue;
      trials++;
      if (decides(draft, pair)) flows.push(pair.healthy.id);
    }
    yield {
      class: flows.length > 0 ? "fate" : draft.otherwise,
      about: draft.about,
      says: draft.says,
      ...(draft.healthy ? { healthy: draft.healthy } : {}),
      ...(draft.broken ? { broken: draft.broken } : {}),
      flows,
    };
  }
}

function decides(draft: Draft, pair: Asked): boolean {
  for (const name of ["healthy", "broken"] as const) {
    const without = draft.without?.[name];
    if (!without) continue;
    const p = pair[name];
    const again = probe(p.side, p.flow, without(p.side.snapshot));
    if (!sameFate(again, p)) return true;
  }
  return false;
}

/** A flow meets a chain if a step of either trace stands in it or jumps to it, a service if it goes there. */
function meets(draft: Draft, { healthy, broken }: Asked): boolean {
  if (!draft.without) return false;
  if (draft.meets === undefined) return true;
  const [kind, name] = draft.meets.split(" ");
  const { flow } = healthy;
  if (kind === "service") return draft.meets === `service ${flow.to} ${flow.port} ${flow.proto}`;
  if (kind === "address") return name === flow.to;
  return [healthy, broken].some((p) =>
    p.trace.steps.some(
      (s) =>
        (s.kind === "rule" || s.kind === "chain-end") &&
        s.place.table === kind &&
        (s.place.chain === name || (s.kind === "rule" && s.target === name)),
    ),
  );
}
