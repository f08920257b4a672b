import { type Language, words } from "../../base/words.ts";
import type { SideName } from "../../diagnose/finding.ts";
import { columnsOf } from "./columns.ts";
import { plateLines } from "./stop-words.ts";
import type { LaneStop, Moment, Timeline } from "./timeline.ts";
import { shortChain, showMark } from "./value.ts";

/** What one lane shows in one row. */
export interface Cell {
  readonly kind: "stop" | "terminus" | "mark" | "plate" | "capsule" | "peer" | "ghost" | "lost" | "unknown";
  readonly lines: readonly string[];
  readonly core: boolean;
}

export interface UprightRow {
  readonly key: string;
  readonly moments: readonly number[];
  readonly title: string;
  readonly sub: string;
  readonly cells: Readonly<Partial<Record<SideName, Cell>>>;
  readonly diverges: boolean;
}

export interface UprightPicture {
  readonly rows: readonly UprightRow[];
  /** Moments of the reply, which runs up the outer edges; a loss ends it. */
  readonly reply: readonly {
    readonly moment: number;
    readonly sides: Readonly<Partial<Record<SideName, "passes" | "lost" | "arrives">>>;
  }[];
}

const telling = (moment: Moment, timeline: Timeline): boolean =>
  moment.ghost !== undefined ||
  Object.values(moment.at).some((id) => {
    const stop = timeline.stop(id);
    return stop?.effect !== undefined || stop?.shape === "lost" || stop?.shape === "unknown";
  });

/** The map for narrow screens: stations from top to bottom, what changes nothing folded by station. */
export function uprightOf(timeline: Timeline, language: Language): UprightPicture {
  const heads = new Map(columnsOf(timeline, 1000, () => 0).columns.map((c) => [c.key, c]));
  const groups: { visit: string; moments: Moment[]; telling: boolean }[] = [];
  for (const moment of timeline.moments) {
    if (moment.direction === "reply") continue;
    const first = timeline.stop(moment.at.healthy ?? moment.at.broken ?? "");
    const visit = first?.visit ?? "";
    const tells = telling(moment, timeline);
    const last = groups.at(-1);
    if (last && last.visit === visit && !last.telling && !tells) last.moments.push(moment);
    else groups.push({ visit, moments: [moment], telling: tells });
  }
  // What follows a change in the same hook adds nothing to a narrow picture: it belongs to the change's row.
  const merged = groups.reduce<typeof groups>((list, group) => {
    const last = list.at(-1);
    if (last?.telling && last.visit === group.visit && !group.telling && group.visit.startsWith("hook:"))
      last.moments.push(...group.moments);
    else list.push({ ...group, moments: [...group.moments] });
    return list;
  }, []);
  const rows = merged.map((group): UprightRow => {
    const head = heads.get(group.visit);
    const stops = (side: SideName): LaneStop[] => group.moments.flatMap((m) => timeline.stop(m.at[side] ?? "") ?? []);
    const cells: Partial<Record<SideName, Cell>> = {};
    for (const side of timeline.sides) {
      const cell = cellOf(group.moments, stops(side), side, timeline, language);
      if (cell) cells[side] = cell;
    }
    const shown = stops("healthy").length > 0 ? stops("healthy") : stops("broken");
    return {
      key: `${group.visit}-${group.moments[0]?.index ?? 0}`,
      moments: group.moments.map((m) => m.index),
      title: head?.head[language] ?? "",
      sub: subOf(shown, group.visit, language),
      cells,
      diverges: group.moments.some((m) => m.diverges),
    };
  });
  return { rows, reply: replyOf(timeline) };
}

function subOf(stops: readonly LaneStop[], visit: string, language: Language): string {
  if (!visit.startsWith("hook:")) return visit.startsWith("source") ? (stops[0]?.name ?? "") : "";
  const chain = stops.filter((s) => s.nameIs === "chain" && s.shape !== "notch").at(-1);
  if (chain) return shortChain(chain.name);
  const count = stops.filter((s) => s.shape !== "notch").length;
  return words(count === 1 ? "1 stop" : `${count} stops`, `${count} 站`)[language];
}

function cellOf(
  moments: readonly Moment[],
  stops: readonly LaneStop[],
  side: SideName,
  timeline: Timeline,
  language: Language,
): Cell | undefined {
  const trace = timeline.traces[side];
  const ghost = moments.find((m) => m.ghost === side);
  const telling =
    stops.find((s) => s.shape === "lost" || s.shape === "unknown") ??
    stops.find((s) => s.effect !== undefined) ??
    stops.find((s) => s.shape !== "notch") ??
    stops[0];
  const first = telling && trace?.steps[telling.steps[0] ?? -1];
  const core = first !== undefined && first.packet.mark !== 0 && telling?.visit.startsWith("hook:") === true;
  if (ghost) {
    const other = timeline.stop(ghost.at[side === "healthy" ? "broken" : "healthy"] ?? "");
    const target = other && timeline.traces[other.side]?.steps[other.main];
    if (other?.effect === "mark")
      return { kind: "ghost", lines: [words("no rule marks", "没有规则打标记")[language]], core: false };
    const name = target?.kind === "nat" ? target.target : other?.effect === "dnat" ? "DNAT" : "SNAT";
    return { kind: "ghost", lines: [name, words("missing", "缺失")[language]], core: false };
  }
  if (!telling || !trace) return undefined;
  switch (telling.shape) {
    case "plate":
      return { kind: "plate", lines: plateAfter(telling, timeline, language), core };
    case "square": {
      const step = trace.steps[telling.main];
      const mark = step?.changes.find((c) => c.field === "mark")?.after;
      return { kind: "mark", lines: [`mark ${typeof mark === "number" ? showMark(mark) : ""}`], core };
    }
    case "capsule":
      return { kind: "capsule", lines: [], core };
    case "peer":
      return { kind: "peer", lines: plateLines(telling, trace, language), core: false };
    case "terminus":
      return { kind: "terminus", lines: [], core: false };
    case "lost":
      return { kind: "lost", lines: [], core };
    case "unknown":
      return { kind: "unknown", lines: [], core };
    default:
      return { kind: "stop", lines: [], core };
  }
}

function plateAfter(stop: LaneStop, timeline: Timeline, language: Language): readonly string[] {
  const trace = timeline.traces[stop.side];
  const [target = "", change = ""] = trace ? plateLines(stop, trace, language) : [];
  const after = change.split(" → ").at(-1) ?? "";
  // What is no address but words about one is told in the details: there is no room for it.
  return [
    target,
    /\s|[^\u0020-\u007e]/.test(after) ? words("source rewritten", "改写源地址")[language] : `src ${after}`,
  ];
}

function replyOf(timeline: Timeline): UprightPicture["reply"] {
  return timeline.moments
    .filter((m) => m.direction === "reply")
    .map((m) => {
      const sides: Partial<Record<SideName, "passes" | "lost" | "arrives">> = {};
      for (const side of timeline.sides) {
        const stop = timeline.stop(m.at[side] ?? "");
        if (stop)
          sides[side] =
            stop.shape === "lost" || stop.shape === "unknown" ? "lost" : stop.shape === "socket" ? "arrives" : "passes";
      }
      return { moment: m.index, sides };
    });
}
