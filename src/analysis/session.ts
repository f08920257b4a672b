import { lineCount, lineText, type SourceText, sourceText } from "../base/source.ts";
import { type Examination, examineSteps } from "../diagnose/diagnose.ts";
import type { SideName } from "../diagnose/finding.ts";
import { onSide } from "../diagnose/flows.ts";
import { askedIn, type Side, worldOf } from "../diagnose/side.ts";
import { readNodeSteps } from "../formats/read.ts";
import type { Reading } from "../formats/reading.ts";
import type { Flow } from "../simulate/flow.ts";
import { simulate } from "../simulate/simulate.ts";
import type { Simulation } from "../simulate/trace.ts";
import { divergenceOf, ghostOf } from "./divergence.ts";
import type { InputText, WhatIf } from "./request.ts";
import { linesIn, shownDiagnostic, shownSource, type Texts } from "./texts.ts";
import type { AnalysisView, FlowView, ShownLine, SideView } from "./view.ts";
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
  readonly readings: Readonly<Partial<Record<SideName, Reading>>>;
  ask(
    flow: Flow,
    whatIf: readonly WhatIf[],
  ): { readonly view: FlowView; readonly lines: Readonly<Record<string, ShownLine>> };
  lines(source: string, from: number, count: number): { readonly lines: readonly string[]; readonly total: number };
}

const mostDiagnostics = 200;
const mostChanges = 500;
const mostLinesAtOnce = 5000;

/** Reads the texts of both sides and examines them, in steps of a few milliseconds. Never throws for bad input. */
export function* analyseSteps(texts: readonly ReadText[], flow?: Flow): Generator<Progress, Session> {
  const sources: Record<SideName, SourceText[]> = { healthy: [], broken: [] };
  for (const text of texts)
    sources[text.side].push(sourceText(`${text.side}/${sources[text.side].length}`, text.name, text.content));
  const all: Texts = { byId: new Map([...sources.healthy, ...sources.broken].map((s) => [s.id, s])) };
  const total = [...all.byId.values()].reduce((sum, s) => sum + s.bytes.length, 0);
  const readings: Partial<Record<SideName, Reading>> = {};
  let before = 0;
  for (const side of ["healthy", "broken"] as const) {
    if (sources[side].length === 0) continue;
    const steps = readNodeSteps(sources[side]);
    let step = steps.next();
    for (; !step.done; step = steps.next()) yield { stage: "reading", done: before + step.value.done, total };
    readings[side] = step.value;
    before += sources[side].reduce((sum, s) => sum + s.bytes.length, 0);
  }
  const { healthy, broken } = readings;
  const examination = yield* examineSteps({
    ...(healthy ? { healthy: healthy.snapshot } : {}),
    ...(broken ? { broken: broken.snapshot } : {}),
    ...(flow ? { flow } : {}),
  });
  return sessionOf(all, readings, examination);
}

function sessionOf(
  texts: Texts,
  readings: Readonly<Partial<Record<SideName, Reading>>>,
  examination: Examination,
): Session {
  const { sides, diagnosis, changes } = examination;
  const shown = diagnosis.shown;
  const flowView = shown ? flowViewOf(sides, shown, []) : undefined;
  const base = {
    sides: {
      ...(readings.healthy ? { healthy: sideView(texts, readings.healthy) } : {}),
      ...(readings.broken ? { broken: sideView(texts, readings.broken) } : {}),
    },
    diagnosis,
    changes: changes.slice(0, mostChanges),
    changesInAll: changes.length,
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
    lines(source, from, count) {
      const text = texts.byId.get(source);
      if (!text) return { lines: [], total: 0 };
      const first = Math.max(0, from);
      const last = Math.min(lineCount(text), first + Math.min(count, mostLinesAtOnce));
      const found: string[] = [];
      for (let i = first; i < last; i++) found.push(lineText(text, i + 1).replace(/\r$/, ""));
      return { lines: found, total: lineCount(text) };
    },
  };
}

function sideView(texts: Texts, reading: Reading): SideView {
  return {
    sources: [...reading.snapshot.sources.values()].map(shownSource),
    segments: reading.segments,
    diagnostics: reading.diagnostics.slice(0, mostDiagnostics).map((d) => shownDiagnostic(texts, d)),
    diagnosticsInAll: reading.diagnostics.length,
  };
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
