import type { Column } from "./columns.ts";
import type { Timeline } from "./timeline.ts";

/**
 * The reply runs from right to left beneath the request. Each of its stations stands beneath the one where the request
 * met the same thing: PREROUTING beneath POSTROUTING, so that SNAT is undone beneath where it was done.
 */
const beneath: Readonly<Record<string, readonly string[]>> = {
  "hook:PREROUTING": ["hook:POSTROUTING:1", "hook:PREROUTING:1"],
  "hook:INPUT": ["hook:OUTPUT:2", "hook:FORWARD:1", "hook:INPUT:1", "hook:OUTPUT:1"],
  "hook:FORWARD": ["hook:FORWARD:1", "hook:OUTPUT:1", "hook:INPUT:1", "hook:OUTPUT:2"],
  "hook:POSTROUTING": ["hook:PREROUTING:1", "hook:OUTPUT:1"],
  "hook:OUTPUT": ["hook:INPUT:1", "hook:OUTPUT:1"],
  ipvs: ["ipvs:1"],
  beyond: ["beyond:1"],
  origin: ["end:1"],
  end: ["origin:1"],
};

const MARGIN = 12;

/** Sets the x of every reply stop. Both lanes share it, as they share their moments. */
export function placeReply(timeline: Timeline, columns: readonly Column[], x: Map<string, number>): void {
  const byKey = new Map(columns.map((column) => [column.key, column]));
  const wires = columns.filter((c) => c.key.startsWith("wire:")).reverse();
  const visits = [...new Set(timeline.stops.filter((s) => s.direction === "reply").map((s) => s.visit))];
  const order = visits.sort((a, b) => momentsOf(timeline, a)[0] - momentsOf(timeline, b)[0]);
  let right = columns.at(-1)?.x1 ?? 0;
  const left = columns[0]?.mid ?? 0;
  for (const [i, visit] of order.entries()) {
    const kind = visit.replace(/:\d+$/, "");
    const column =
      kind === "wire"
        ? wires[Number(visit.split(":").at(-1)) - 1]
        : beneath[kind]?.map((key) => byKey.get(key)).find((c) => c && c.x0 < right);
    const fits = column && column.x0 < right;
    const rest = order.length - i;
    const x1 = fits ? Math.min(column.x1, right) : right;
    const x0 = fits ? column.x0 : Math.max(left, right - (right - left) / (rest + 1));
    const moments = momentsOf(timeline, visit);
    for (const stop of timeline.stops) {
      if (stop.direction !== "reply" || stop.visit !== visit) continue;
      const n = moments.indexOf(stop.moment);
      if (moments.length === 1) x.set(stop.id, kind === "end" ? left : column && fits ? column.mid : (x0 + x1) / 2);
      else {
        const inner = Math.max(0, x1 - x0 - 2 * MARGIN);
        x.set(stop.id, x1 - MARGIN - (inner * (n + 0.5)) / moments.length);
      }
    }
    right = x0;
  }
}

const momentsOf = (timeline: Timeline, visit: string): [number, ...number[]] => {
  const all = [
    ...new Set(timeline.stops.filter((s) => s.direction === "reply" && s.visit === visit).map((s) => s.moment)),
  ].sort((a, b) => a - b);
  return [all[0] ?? 0, ...all.slice(1)];
};
