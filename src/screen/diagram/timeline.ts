import type { Words } from "../../base/words.ts";
import type { SideName } from "../../diagnose/finding.ts";
import type { Simulation, Step, Trace } from "../../simulate/trace.ts";
import { type Aligned, align } from "./align.ts";
import { laneStops, type StoppedVisit } from "./lane-stops.ts";
import type { Stop } from "./stop.ts";

type Direction = Step["direction"];

/** What is drawn: one flow on each side that there is, with what the analysis says of the two together. */
export interface ShownFlow {
  readonly healthy?: Simulation;
  readonly broken?: Simulation;
  readonly divergence?: { readonly healthy: number; readonly broken: number };
  readonly ghost?: { readonly side: SideName; readonly step: number; readonly what: Words; readonly why: Words };
}

/** A stop with its place in its lane. */
export interface LaneStop extends Stop {
  /** `h12`, `b3`: unique in the picture. */
  readonly id: string;
  readonly side: SideName;
  readonly direction: Direction;
  readonly visit: string;
  /** The moment at which the packet of its lane is here. */
  readonly moment: number;
}

/** One position of the common clock: each lane's packet stands at a stop, or waits where it was. */
export interface Moment {
  readonly index: number;
  readonly direction: Direction;
  /** Stops reached at this very moment. */
  readonly at: Readonly<Partial<Record<SideName, string>>>;
  /** Where each packet stands, also when it waits. */
  readonly stands: Readonly<Partial<Record<SideName, string>>>;
  /** A change that this side does not make, drawn as a ghost. */
  readonly ghost?: SideName;
  readonly diverges: boolean;
  readonly changes: boolean;
}

/** Both lanes on one clock. */
export interface Timeline {
  readonly sides: readonly SideName[];
  readonly traces: Readonly<Partial<Record<SideName, Trace>>>;
  readonly stops: readonly LaneStop[];
  readonly stop: (id: string) => LaneStop | undefined;
  readonly moments: readonly Moment[];
  /** Rows of stops that stand in the same column, in order of the request. */
  readonly visits: Readonly<Record<Direction, readonly Aligned<StoppedVisit>[]>>;
  readonly divergence?: number;
  readonly replyFrom: number;
}

const sides: readonly SideName[] = ["healthy", "broken"];
const letter = { healthy: "h", broken: "b" } as const;

export function timelineOf(view: ShownFlow): Timeline {
  const traces: Partial<Record<SideName, Trace>> = {};
  for (const side of sides) {
    const trace = view[side]?.traces[0];
    if (trace) traces[side] = trace;
  }
  const shown = sides.filter((side) => traces[side]);
  const stops: LaneStop[] = [];
  const moments: Moment[] = [];
  const stands: Partial<Record<SideName, string>> = {};
  const lanes = (direction: Direction, side: SideName): readonly StoppedVisit[] =>
    traces[side] ? laneStops(traces[side], direction) : [];
  const visits = {
    original: alignVisits(lanes("original", "healthy"), lanes("original", "broken")),
    reply: alignVisits(lanes("reply", "healthy"), lanes("reply", "broken")),
  };
  let replyFrom = -1;
  for (const direction of ["original", "reply"] as const) {
    if (direction === "reply") replyFrom = moments.length;
    for (const row of visits[direction])
      for (const pair of pairStops(row, traces)) {
        const at: Partial<Record<SideName, string>> = {};
        let changes = false;
        for (const side of sides) {
          const stop = pair[side];
          if (!stop) continue;
          const id = `${letter[side]}${stops.length}`;
          stops.push({ ...stop, id, side, direction, visit: row[side]?.visit.key ?? "", moment: moments.length });
          at[side] = id;
          stands[side] = id;
          if (stop.effect) changes = true;
        }
        moments.push({
          index: moments.length,
          direction,
          at,
          stands: { ...stands },
          diverges: false,
          changes,
          ...(pair.ghost ? { ghost: pair.ghost } : {}),
        });
      }
  }
  const byId = new Map(stops.map((stop) => [stop.id, stop]));
  const told = divergenceMoment(view, stops);
  const divergence = told === undefined ? undefined : whereItBegins(told, moments, byId, traces);
  const marked = moments.map((m) => (m.index === divergence ? { ...m, diverges: true } : m));
  return {
    sides: shown,
    traces,
    stops,
    stop: (id) => byId.get(id),
    moments: marked,
    visits,
    replyFrom,
    ...(divergence === undefined ? {} : { divergence }),
  };
}

const alignVisits = (a: readonly StoppedVisit[], b: readonly StoppedVisit[]): readonly Aligned<StoppedVisit>[] =>
  align(a, b, (v) => v.visit.key);

export interface StopPair {
  readonly healthy?: Stop;
  readonly broken?: Stop;
  /** The side that lacks a change the other makes here. */
  readonly ghost?: SideName;
}

/**
 * Which stops of one column happen at the same moment. Stops that only one lane has go in pairs as far as they can, so
 * that both packets move; a change that the other lane lacks stands alone, and the other packet waits beside its ghost.
 */
export function pairStops(
  row: Aligned<StoppedVisit>,
  traces: Readonly<Partial<Record<SideName, Trace>>>,
): readonly StopPair[] {
  const both = Boolean(traces.healthy && traces.broken && row.healthy && row.broken);
  const pairs: StopPair[] = [];
  let lone: { healthy: Stop[]; broken: Stop[] } = { healthy: [], broken: [] };
  const flush = (): void => {
    const left = [...lone.healthy];
    const right = [...lone.broken];
    while (left.length + right.length > 0) {
      if (both && left[0]?.effect && left[0].effect !== "undone")
        pairs.push({ healthy: left.shift() as Stop, ghost: "broken" });
      else if (both && right[0]?.effect && right[0].effect !== "undone")
        pairs.push({ broken: right.shift() as Stop, ghost: "healthy" });
      else {
        const healthy = left.shift();
        const broken = right.shift();
        pairs.push({ ...(healthy ? { healthy } : {}), ...(broken ? { broken } : {}) });
      }
    }
    lone = { healthy: [], broken: [] };
  };
  for (const stop of align(row.healthy?.stops ?? [], row.broken?.stops ?? [], (s) => s.key)) {
    if (stop.healthy && stop.broken) {
      flush();
      const ghost = missing(stop.healthy, stop.broken);
      pairs.push({ healthy: stop.healthy, broken: stop.broken, ...(ghost ? { ghost } : {}) });
    } else if (stop.healthy) lone.healthy.push(stop.healthy);
    else if (stop.broken) lone.broken.push(stop.broken);
  }
  flush();
  return pairs;
}

function missing(healthy: Stop, broken: Stop): SideName | undefined {
  const says = (stop: Stop): boolean => stop.effect !== undefined && stop.effect !== "undone";
  if (says(healthy) === says(broken)) return undefined;
  return says(healthy) ? "broken" : "healthy";
}

function divergenceMoment(view: ShownFlow, stops: readonly LaneStop[]): number | undefined {
  const { divergence } = view;
  if (!divergence) return undefined;
  const found = sides
    .map((side) => stops.find((stop) => stop.side === side && stop.steps.includes(divergence[side]))?.moment)
    .filter((moment) => moment !== undefined);
  return found.length > 0 ? Math.min(...found) : undefined;
}

/**
 * The analysis names the first effect that differs; the lanes part where the rules begin to differ that lead to it: at
 * the first of the moments in a row, up to that effect, at which not both packets meet the same.
 */
function whereItBegins(
  told: number,
  moments: readonly Moment[],
  stops: ReadonlyMap<string, LaneStop>,
  traces: Timeline["traces"],
): number {
  let first = told;
  for (let i = told - 1; i >= 0; i--) {
    const moment = moments[i];
    if (!moment || meets(moment, "healthy", stops, traces) === meets(moment, "broken", stops, traces)) break;
    first = i;
  }
  return first;
}

/** What a packet meets at a moment, apart from names and numbers. */
function meets(
  moment: Moment,
  side: SideName,
  stops: ReadonlyMap<string, LaneStop>,
  traces: Timeline["traces"],
): string {
  const stop = stops.get(moment.at[side] ?? "");
  const step = stop && traces[side]?.steps[stop.main];
  if (!stop || !step) return "";
  if (step.kind === "rule") return `rule ${step.target} ${step.verdict}`;
  return step.kind === "chain-end" ? `end ${step.verdict}` : step.kind;
}

/** The moment at which step `step` of `side` is told. */
export const momentOfStep = (timeline: Timeline, side: SideName, step: number): number | undefined =>
  timeline.stops.find((stop) => stop.side === side && stop.steps.includes(step))?.moment;
