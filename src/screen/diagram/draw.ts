import { type Language, type Words, words } from "../../base/words.ts";
import type { SideName } from "../../diagnose/finding.ts";
import { type Column, columnsOf } from "./columns.ts";
import { drawLane } from "./draw-lane.ts";
import type { WantedGhost } from "./lane-ghosts.ts";
import { laneMetrics } from "./lane-input.ts";
import type { Picture } from "./picture.ts";
import { placeReply } from "./place-reply.ts";
import { type Measure, placeStops } from "./place-stops.ts";
import { levelHeight } from "./stop.ts";
import type { LaneStop, ShownFlow, Timeline } from "./timeline.ts";
import { showMark } from "./value.ts";

export interface Space {
  readonly width: number;
  /** Of the pane below the column heads. */
  readonly height: number;
  readonly language: Language;
  readonly measure: Measure;
}

/** Below this width the map keeps its size and is panned. */
export const LEAST_WIDTH = 900;
export const LEAST_LANE = 284;

/** Everything the map shows of one flow, in pixels. */
export function drawPicture(timeline: Timeline, view: ShownFlow, space: Space): Picture {
  const { columns, width } = columnsOf(timeline, Math.max(LEAST_WIDTH, space.width), space.measure);
  const x = new Map<string, number>();
  for (const column of columns) placeColumn(column, timeline, x, space.measure);
  placeReply(timeline, columns, x);
  const count = Math.max(1, timeline.sides.length);
  const laneHeight = Math.max(LEAST_LANE, Math.floor(space.height / count));
  const placed = (side: SideName) =>
    timeline.stops.filter((s) => s.side === side).map((stop) => ({ ...stop, x: x.get(stop.id) ?? 0 }));
  const originColumn = columns[0];
  const end = columns.find((c) => c.key.startsWith("end:"));
  const lanes = timeline.sides.flatMap((side, i) => {
    const trace = timeline.traces[side];
    if (!trace) return [];
    return [
      drawLane({
        side,
        trace,
        stops: placed(side),
        metrics: laneMetrics(i * laneHeight, laneHeight),
        width,
        trackEnd: end ? end.x0 - 4 : width - 12,
        socketX: originColumn?.mid ?? 56,
        ghosts: ghostsOf(timeline, view, side, x, width),
        language: space.language,
        measure: space.measure,
      }),
    ];
  });
  const divergence = divergenceOf(timeline, x, lanes, space);
  return { width, height: laneHeight * count, columns, lanes, ...(divergence ? { divergence } : {}) };
}

function placeColumn(column: Column, timeline: Timeline, x: Map<string, number>, measure: Measure): void {
  const inColumn = (side: SideName): readonly LaneStop[] =>
    timeline.stops.filter((s) => s.side === side && s.direction === "original" && s.visit === column.key);
  if (!column.key.startsWith("hook:")) {
    for (const side of timeline.sides) {
      const stops = inColumn(side);
      for (const [i, stop] of stops.entries()) x.set(stop.id, column.mid + i * 14);
    }
    return;
  }
  const lanes: Partial<Record<SideName, readonly LaneStop[]>> = {};
  for (const side of timeline.sides) {
    const stops = inColumn(side);
    if (stops.length > 0) lanes[side] = stops;
  }
  for (const [id, at] of placeStops(lanes, column.x0, column.x1, measure)) x.set(id, at);
}

const unsaid: Readonly<Record<WantedGhost["effect"], Words>> = {
  mark: words("no rule marks this packet", "没有规则给它打标记"),
  snat: words("source is not rewritten", "源地址没有转换"),
  dnat: words("destination is not rewritten", "目的地址没有转换"),
};

function missingTarget(other: LaneStop, timeline: Timeline): Words {
  const step = timeline.traces[other.side]?.steps[other.main];
  const target = step?.kind === "nat" ? step.target : "SNAT";
  return words(`${target} missing`, `缺少 ${target}`);
}

/** The reason fits into the ghost's second line, or a shorter one is told: the mark that was looked for. */
function shortReason(
  timeline: Timeline,
  side: SideName,
  moment: Timeline["moments"][number] | undefined,
  why: Words,
): Words {
  if (why.en.length <= 36) return why;
  const own = timeline.stop(moment?.at[side] ?? moment?.stands[side] ?? "");
  const packet = timeline.traces[side]?.steps[own?.steps[0] ?? -1]?.packet;
  if (!packet) return why;
  const mark = showMark(packet.mark);
  return words(`mark is ${mark}, no rule rewrites it`, `标记为 ${mark}，没有规则转换它`);
}

/** Where this side lacks a change: the other lane's stop tells where it should have been. */
function ghostsOf(
  timeline: Timeline,
  view: ShownFlow,
  side: SideName,
  x: ReadonlyMap<string, number>,
  width: number,
): readonly WantedGhost[] {
  const told = view.ghost?.side === side ? view.ghost : undefined;
  const ghosts = timeline.moments.flatMap((moment): WantedGhost[] => {
    if (moment.ghost !== side || moment.direction === "reply") return [];
    const other = timeline.stop(moment.at[side === "healthy" ? "broken" : "healthy"] ?? "");
    if (!other?.effect || other.effect === "undone") return [];
    const isTold = told !== undefined && other.effect === "snat";
    return [
      {
        id: `ghost-${moment.index}`,
        moment: moment.index,
        x: x.get(other.id) ?? 0,
        effect: other.effect,
        level: other.level,
        what: other.effect === "snat" ? missingTarget(other, timeline) : unsaid[other.effect],
        ...(isTold ? { why: shortReason(timeline, side, moment, told.why) } : {}),
        room: other.effect === "mark" && width >= 1300 ? 200 : 0,
      },
    ];
  });
  if (told && !ghosts.some((g) => g.effect === "snat")) {
    const stop = timeline.stops.find((s) => s.side === side && s.steps.includes(told.step));
    if (stop)
      return [
        ...ghosts,
        {
          id: "ghost-told",
          moment: stop.moment,
          x: x.get(stop.id) ?? 0,
          effect: "snat",
          level: "plate",
          what: words("MASQUERADE missing", "缺少 MASQUERADE"),
          why: shortReason(timeline, side, timeline.moments[stop.moment], told.why),
          room: 200,
        },
      ];
  }
  return ghosts;
}

function divergenceOf(
  timeline: Timeline,
  x: ReadonlyMap<string, number>,
  lanes: Picture["lanes"],
  space: Space,
): Picture["divergence"] {
  const index = timeline.divergence;
  const last = lanes.at(-1);
  if (index === undefined || lanes.length < 2 || !last) return undefined;
  const moment = timeline.moments[index];
  const stops = (["healthy", "broken"] as const).map((side) => timeline.stop(moment?.at[side] ?? ""));
  const first = stops.find((stop) => stop !== undefined);
  const at = first && x.get(first.id);
  if (!first || at === undefined) return undefined;
  const yOf = (i: number): number => {
    const lane = lanes[i];
    const stop = stops[i];
    const rise = stop ? levelHeight(stop.level) : 0;
    return stop?.direction === "reply" ? (lane?.replyY ?? 0) : (lane?.lineY ?? 0) + rise;
  };
  const width = space.measure(words("First divergence", "首个分叉点")[space.language], "strong") * 1.1 + 34;
  return {
    x: at,
    y0: yOf(0),
    y1: yOf(1),
    moment: index,
    flag: { x: Math.min(at - 20, last ? at - 20 : 0), y: last.top + 9, width, height: 21 },
  };
}
