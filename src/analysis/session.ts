import { sourceText } from "../base/source.ts";
import { byClass, type Change, type ChangeClass } from "../diagnose/change.ts";
import { type Examination, examineSteps } from "../diagnose/diagnose.ts";
import type { SideName } from "../diagnose/finding.ts";
import { onSide } from "../diagnose/flows.ts";
import type { Hurt } from "../diagnose/hurt.ts";
import { askedIn, type Side, worldOf } from "../diagnose/side.ts";
import { readingOf, readTextSteps, type TextReading } from "../formats/read.ts";
import type { Reading } from "../formats/reading.ts";
import type { Flow } from "../simulate/flow.ts";
import { simulate } from "../simulate/simulate.ts";
import type { Simulation } from "../simulate/trace.ts";
import { divergenceOf, ghostOf } from "./divergence.ts";
import { readView } from "./read-view.ts";
import type { InputText, WhatIf } from "./request.ts";
import { linesIn, type Texts, textsOf } from "./texts.ts";
import type { AnalysisView, FlowView, ShownLine } from "./view.ts";
import { changedBy } from "./what-if.ts";

export interface Progress {
  readonly stage: "reading" | "comparing" | "simulating";
  readonly done: number;
  readonly total: number;
}

/** A text as the analysis takes it: blobs are read before. */
export interface ReadText extends Omit<InputText, "content"> {
  readonly content: string | Uint8Array;
}

/** What an analysis leaves behind for later questions. The dumps stay in it. */
export interface Session {
  readonly view: AnalysisView;
  readonly examination: Examination;
  readonly readings: Readings;
  ask(
    flow: Flow,
    whatIf: readonly WhatIf[],
  ): { readonly view: FlowView; readonly lines: Readonly<Record<string, ShownLine>> };
}

const mostChanges = 500;

/** Reads the texts of both sides and examines them, in steps of a few milliseconds. Never throws for bad input. */
export function* analyseSteps(texts: readonly ReadText[], flow?: Hurt): Generator<Progress, Session> {
  const counts: Record<SideName, number> = { healthy: 0, broken: 0 };
  const sources = texts.map(({ side, name, content, asPasted }) => ({
    side,
    source: sourceText(`${side}/${counts[side]++}`, name, content),
    asPasted: asPasted === true,
  }));
  const total = sources.reduce((sum, { source }) => sum + source.bytes.length, 0);
  const read: SideText[] = [];
  let before = 0;
  for (const { side, source, asPasted } of sources) {
    const steps = readTextSteps(source, asPasted);
    let step = steps.next();
    for (; !step.done; step = steps.next()) yield { stage: "reading", done: before + step.value, total };
    read.push({ side, reading: step.value });
    before += source.bytes.length;
  }
  return yield* examineReadings(readingsOf(read), flow);
}

/** A text that was read, and the side it stands on. */
export interface SideText {
  readonly side: SideName;
  readonly reading: TextReading;
}

export type Readings = Readonly<Partial<Record<SideName, Reading>>>;

/** Puts together what was read of each side. */
export function readingsOf(texts: readonly SideText[]): Readings {
  const of = (side: SideName): TextReading[] => texts.filter((t) => t.side === side).map((t) => t.reading);
  const healthy = of("healthy");
  const broken = of("broken");
  return {
    ...(healthy.length > 0 ? { healthy: readingOf(healthy) } : {}),
    ...(broken.length > 0 ? { broken: readingOf(broken) } : {}),
  };
}

/** Examines what was read of one side or of both. */
export function* examineReadings(readings: Readings, flow?: Hurt): Generator<Progress, Session> {
  const { healthy, broken } = readings;
  const examination = yield* examineSteps({
    ...(healthy ? { healthy: healthy.snapshot } : {}),
    ...(broken ? { broken: broken.snapshot } : {}),
    ...(flow ? { flow } : {}),
  });
  return sessionOf(textsOf(readings), readings, examination);
}

function sessionOf(texts: Texts, readings: Readings, examination: Examination): Session {
  const { sides, diagnosis, changes } = examination;
  const shown = diagnosis.shown;
  const flowView = shown ? flowViewOf(sides, shown, []) : undefined;
  const base = {
    ...readView(texts, readings, diagnosis),
    diagnosis,
    changes: byClass(changes).slice(0, mostChanges),
    changesByClass: countsOf(changes),
    ...(flowView ? { flow: flowView } : {}),
  };
  return {
    view: { ...base, lines: linesIn(texts, base.diagnosis, base.changes, flowView) },
    examination,
    readings,
    ask(flow, whatIf) {
      const view = flowViewOf(sides, flow, whatIf);
      return { view, lines: linesIn(texts, view) };
    },
  };
}

function countsOf(changes: readonly Change[]): Partial<Record<ChangeClass, number>> {
  const counts: Partial<Record<ChangeClass, number>> = {};
  for (const c of changes) counts[c.class] = (counts[c.class] ?? 0) + 1;
  return counts;
}

/** One flow on each side, with what the user tries out applied to the model first. */
export function flowViewOf(
  sides: Readonly<Partial<Record<SideName, Side>>>,
  flow: Flow,
  whatIf: readonly WhatIf[],
): FlowView {
  const asked: Partial<Record<SideName, { simulation: Simulation; snapshot: Side["snapshot"] }>> = {};
  for (const name of ["healthy", "broken"] as const) {
    const side = sides[name];
    if (!side) continue;
    const snapshot = changedBy(side, whatIf);
    const world = snapshot === side.snapshot ? side.world : worldOf(snapshot, side.services);
    const own = onSide(flow, side);
    asked[name] = { simulation: simulate(askedIn(world, own), own), snapshot };
  }
  const [h] = asked.healthy?.simulation.traces ?? [];
  const [b] = asked.broken?.simulation.traces ?? [];
  const divergence = h && b ? divergenceOf(h, b) : undefined;
  const ghost = ghostOf(asked);
  return {
    flow,
    ...(asked.healthy ? { healthy: asked.healthy.simulation } : {}),
    ...(asked.broken ? { broken: asked.broken.simulation } : {}),
    ...(divergence ? { divergence } : {}),
    ...(ghost ? { ghost } : {}),
  };
}
