import type { Words } from "../../base/words.ts";
import type { SideName } from "../../diagnose/finding.ts";
import type { Simulation, Step, Trace } from "../../simulate/trace.ts";
import { type Aligned, align } from "./align.ts";
import { laneStops, type StoppedVisit } from "./lane-stops.ts";
import { effectOf, type Stop } from "./stop.ts";

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
  const lacks = lacksOf(view, traces);
  let replyFrom = -1;
  for (const direction of ["original", "reply"] as const) {
    if (direction === "reply") replyFrom = moments.length;
    for (const row of visits[direction])
      for (const pair of pairStops(row, lacks)) {
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

interface StopPair {
  readonly healthy?: Stop;
  readonly broken?: Stop;
  /** The side that lacks a change the other makes here. */
  readonly ghost?: SideName;
}

/** Whether `side` lacks a change of this kind that the other side makes, so that its absence has to be drawn. */
type Lacks = (side: SideName, effect: Stop["effect"]) => boolean;

/**
 * A rewrite is missing where a lane makes none of its kind at all; one made at another place is no absence. A mark is
 * missing only where the analysis says that its effect is: a mark that nothing reads is no argument.
 */
function lacksOf(view: ShownFlow, traces: Timeline["traces"]): Lacks {
  const makes = (side: SideName, effect: Stop["effect"]): boolean =>
    traces[side]?.steps.some((step) => step.direction === "original" && effectOf(step) === effect) ?? false;
  return (side, effect) => {
    if (!traces.healthy || !traces.broken || effect === undefined || effect === "undone") return false;
    return effect === "mark" ? view.ghost?.side === side : !makes(side, effect);
  };
}

/**
 * Which stops of one column happen at the same moment. Stops that only one lane has go in pairs as far as they can, so
 * that both packets move; a change that the other lane lacks stands alone, and the other packet waits beside its ghost.
 */
function pairStops(row: Aligned<StoppedVisit>, lacks: Lacks): readonly StopPair[] {
  const both = Boolean(row.healthy && row.broken);
  const pairs: StopPair[] = [];
  let lone: { healthy: Stop[]; broken: Stop[] } = { healthy: [], broken: [] };
  const flush = (): void => {
    const { healthy, broken } = lone;
    while (healthy.length + broken.length > 0) {
      const [h] = healthy;
      const [b] = broken;
      if (both && h && lacks("broken", h.effect)) pairs.push({ healthy: h, ghost: "broken" });
      else if (both && b && lacks("healthy", b.effect)) pairs.push({ broken: b, ghost: "healthy" });
      else pairs.push({ ...(h ? { healthy: h } : {}), ...(b ? { broken: b } : {}) });
      const pair = pairs.at(-1);
      if (pair?.healthy) healthy.shift();
      if (pair?.broken) broken.shift();
    }
    lone = { healthy: [], broken: [] };
  };
  for (const stop of align(row.healthy?.stops ?? [], row.broken?.stops ?? [], (s) => s.key)) {
    if (stop.healthy && stop.broken) {
      flush();
      const { healthy, broken } = stop;
      const ghost =
        !broken.effect && lacks("broken", healthy.effect)
          ? "broken"
          : !healthy.effect && lacks("healthy", broken.effect)
            ? "healthy"
            : undefined;
      pairs.push({ healthy, broken, ...(ghost ? { ghost } : {}) });
    } else if (stop.healthy) lone.healthy.push(stop.healthy);
    else if (stop.broken) lone.broken.push(stop.broken);
  }
  flush();
  return pairs;
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
