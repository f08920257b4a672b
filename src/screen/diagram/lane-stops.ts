import type { Step, Trace } from "../../simulate/trace.ts";
import { hookStops } from "./hook-stops.ts";
import { effectOf, type Stop, type StopShape } from "./stop.ts";
import { showField } from "./value.ts";
import { type Visit, visitsOf } from "./visit.ts";

/** A visit with the stops that are drawn in its column. */
export interface StoppedVisit {
  readonly visit: Visit;
  readonly stops: readonly Stop[];
}

/** All stops of one direction of a trace, by station. */
export function laneStops(trace: Trace, direction: Step["direction"]): readonly StoppedVisit[] {
  return visitsOf(trace, direction).map((visit) => ({ visit, stops: withEnd(stopsOf(visit, trace), visit, trace) }));
}

function stopsOf(visit: Visit, trace: Trace): readonly Stop[] {
  const steps = visit.steps.filter((index) => trace.steps[index]?.kind !== "stopped");
  if (visit.kind === "hook") return hookStops(trace.steps, steps);
  const main = steps[0];
  const step = main === undefined ? undefined : trace.steps[main];
  if (main === undefined || !step) return [];
  const effect = effectOf(step);
  return [
    {
      key: visit.key,
      shape: shapeAt(visit, step),
      level: 0,
      steps,
      main,
      name: nameAt(step),
      nameIs: "place",
      assumed: steps.some((index) => (trace.steps[index]?.assumptions.length ?? 0) > 0),
      ...(effect ? { effect } : {}),
    },
  ];
}

/** A packet that goes no further has its mark at the stop where that was decided. */
function withEnd(stops: readonly Stop[], visit: Visit, trace: Trace): readonly Stop[] {
  const stopped = visit.steps.filter((index) => trace.steps[index]?.kind === "stopped");
  const main = stopped[0];
  if (main === undefined) return stops;
  const shape: StopShape = trace.ending.outcome === "undecidable" ? "unknown" : "lost";
  const last = stops.at(-1);
  if (last && last.effect === undefined)
    return [...stops.slice(0, -1), { ...last, shape, steps: [...last.steps, ...stopped] }];
  return [
    ...stops,
    { key: `${visit.key}/stopped`, shape, level: 0, steps: stopped, main, name: "", nameIs: "place", assumed: false },
  ];
}

function shapeAt(visit: Visit, step: Step): StopShape {
  if (visit.kind === "ipvs") return "capsule";
  if (visit.kind === "origin") return step.direction === "original" ? "terminus" : "notch";
  if (visit.kind !== "end") return "circle";
  return step.direction === "reply" ? "socket" : "peer";
}

function nameAt(step: Step): string {
  switch (step.kind) {
    case "source-chosen":
      return showField(step.changes.find((c) => c.field === "src")?.after ?? step.packet.src, "en");
    case "wire":
      return step.iface;
    case "received":
      return showField(step.packet.dport, "en");
    case "sent":
      return step.by;
    default:
      return "";
  }
}
