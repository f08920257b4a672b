import type { SideName } from "../../diagnose/finding.ts";
import { align } from "./align.ts";
import { levelHeight } from "./stop.ts";
import type { LaneStop } from "./timeline.ts";

export type Measure = (text: string, face: "label" | "mono" | "bold" | "strong") => number;

/** Room from a column's edge to its first stop, and from its last stop to the other edge. */
const LEAD = 24;
const TAIL = 18;
const PLATE_HALF = 86;

const flatOf = (stop: LaneStop): number => (stop.shape === "notch" ? 4 : stop.shape === "plate" ? 2 : 10);

/** The least distance between two stops that follow each other: their labels beside, or the slope between, must fit. */
function gap(a: LaneStop, b: LaneStop, measure: Measure): number {
  const rise = Math.abs(levelHeight(a.level) - levelHeight(b.level));
  if (rise > 0) return rise + flatOf(a) + flatOf(b);
  if (a.shape === "notch" || b.shape === "notch") return a.shape === b.shape ? 12 : 17;
  if (a.level === 0) return Math.max(37, (measure(a.name, "label") + measure(b.name, "label")) / 2 + 5);
  return 44;
}

/** What a column needs after its last stop: the climb back to the line, half a plate. */
function tail(stop: LaneStop): number {
  if (stop.shape === "plate") return PLATE_HALF + 10;
  return stop.level === 0 ? (stop.shape === "notch" ? 6 : TAIL) : levelHeight(stop.level) + 7;
}

/** A return to the hook's own chain after a dip: it stands at the top of the climb and is not spread. */
const trails = (stops: readonly LaneStop[], i: number): boolean => {
  const stop = stops[i];
  const before = stops[i - 1];
  return Boolean(
    stop && before && i === stops.length - 1 && stop.shape === "notch" && stop.level === 0 && before.level !== 0,
  );
};

/** Distances from the column's left edge at which the stops of both lanes stand when packed as close as they can. */
function packed(lanes: readonly (readonly LaneStop[])[], measure: Measure): Map<string, number> {
  const at = new Map<string, number>();
  const byKey = new Map<string, number>();
  const anchors = anchorKeys(lanes);
  // Twice: a stop that both lanes have may be pushed by the second lane.
  for (let pass = 0; pass < 2; pass++)
    for (const stops of lanes) {
      let x = LEAD;
      for (const [i, stop] of stops.entries()) {
        const before = stops[i - 1];
        if (before) x = (at.get(before.id) ?? 0) + gap(before, stop, measure);
        if (anchors.has(stop.key)) {
          x = Math.max(x, byKey.get(stop.key) ?? 0);
          byKey.set(stop.key, x);
        }
        at.set(stop.id, x);
      }
    }
  return at;
}

/** Stops that stand at the same place in both lanes. Notches do not hold the line. */
function anchorKeys(lanes: readonly (readonly LaneStop[])[]): Set<string> {
  const [a, b] = lanes;
  if (!a || !b) return new Set();
  const turns = (stops: readonly LaneStop[]): LaneStop[] =>
    stops.filter((s) => s.shape !== "notch" && s.shape !== "lost");
  return new Set(
    align(turns(a), turns(b), (s) => s.key).flatMap((row) => (row.healthy && row.broken ? [row.healthy.key] : [])),
  );
}

/** The least width that a column of these stops can have. */
export function neededWidth(lanes: readonly (readonly LaneStop[])[], measure: Measure): number {
  const at = packed(lanes, measure);
  let most = 0;
  for (const stops of lanes) {
    const last = stops.at(-1);
    if (!last) continue;
    const spread = trails(stops, stops.length - 1) ? stops.at(-2) : last;
    most = Math.max(most, (at.get(last.id) ?? 0) + (spread === last ? tail(last) : 0));
    if (spread) most = Math.max(most, (at.get(spread.id) ?? 0) + tail(spread));
  }
  return most;
}

/**
 * Where the stops of one column stand, by stop id. Packed positions are spread to fill the column; stops that both lanes
 * have get the same x, and between two of those each lane spreads its own.
 */
export function placeStops(
  lanes: Readonly<Partial<Record<SideName, readonly LaneStop[]>>>,
  x0: number,
  x1: number,
  measure: Measure,
): Map<string, number> {
  const lists = [lanes.healthy, lanes.broken].filter((stops) => stops !== undefined);
  const at = packed(lists, measure);
  const anchors = anchorKeys(lists);
  const wide = x1 - x0;
  const lead = wide > 230 ? LEAD + 6 : LEAD;
  const start = lead;
  const result = new Map<string, number>();
  const limit = (stops: readonly LaneStop[]): { index: number; x: number } | undefined => {
    const index = trails(stops, stops.length - 1) ? stops.length - 2 : stops.length - 1;
    const stop = stops[index];
    return stop && { index, x: wide - tail(stop) };
  };
  // One factor for what is common: the tightest lane decides.
  let factor = 4;
  for (const stops of lists) {
    const end = limit(stops);
    const stop = end && stops[end.index];
    if (!end || !stop) continue;
    const span = (at.get(stop.id) ?? 0) - LEAD;
    if (span > 0) factor = Math.min(factor, Math.max(1, (end.x - start) / span));
  }
  for (const stops of lists) {
    const end = limit(stops);
    let from = { index: -1, x: start };
    for (const [i, stop] of stops.entries()) {
      const anchored = anchors.has(stop.key);
      const last = end?.index === i;
      if (!anchored && !last) continue;
      const own = start + ((at.get(stop.id) ?? 0) - LEAD) * factor;
      const x = anchored ? own : Math.max(own, Math.min(end?.x ?? own, own + (from.index < 0 ? 0 : wide)));
      spread(stops, from, { index: i, x }, at, result);
      result.set(stop.id, x);
      from = { index: i, x };
    }
    for (let i = from.index + 1; i < stops.length; i++) {
      const stop = stops[i];
      const before = stops[i - 1];
      if (stop) result.set(stop.id, before ? (result.get(before.id) ?? start) + gap(before, stop, measure) : start);
    }
  }
  for (const [id, x] of result) result.set(id, x0 + x);
  return result;
}

/** Puts the stops between two fixed ones in proportion to their packed distances. */
function spread(
  stops: readonly LaneStop[],
  from: { index: number; x: number },
  to: { index: number; x: number },
  at: ReadonlyMap<string, number>,
  result: Map<string, number>,
): void {
  const first = stops[from.index];
  const last = stops[to.index];
  const base = first ? (at.get(first.id) ?? 0) : LEAD;
  const span = (last ? (at.get(last.id) ?? 0) : 0) - base;
  for (let i = from.index + 1; i < to.index; i++) {
    const stop = stops[i];
    if (!stop) continue;
    const t = span > 0 ? ((at.get(stop.id) ?? 0) - base) / span : 0;
    result.set(stop.id, from.x + (to.x - from.x) * t);
  }
}
