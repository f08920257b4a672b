import { verbatim, type Words, words } from "../../base/words.ts";
import type { SideName } from "../../diagnose/finding.ts";
import { isSymbolic } from "../../model/net/symbolic.ts";
import type { Step } from "../../simulate/trace.ts";
import type { Aligned } from "./align.ts";
import type { StoppedVisit } from "./lane-stops.ts";
import { type Measure, neededWidth } from "./place-stops.ts";
import type { LaneStop, Timeline } from "./timeline.ts";
import type { Visit } from "./visit.ts";

/** A column of the map: one station, the same in both lanes. */
export interface Column {
  readonly key: string;
  readonly x0: number;
  readonly x1: number;
  /** Where a column with one stop has it, and where its head is centred. */
  readonly mid: number;
  readonly head: Words;
  readonly sub: Words;
}

/** The map as drawn: 1048 units. Widths of the host map in IPVS mode; the others share them out in the same way. */
export const UNITS = 1048;
const fixed: Readonly<Record<Exclude<Visit["kind"], "hook">, number>> = {
  origin: 97,
  source: 85,
  ipvs: 74,
  routing: 66,
  wire: 44,
  beyond: 50,
  end: 66,
};

interface Row {
  readonly key: string;
  readonly visit: Visit;
  readonly row: Aligned<StoppedVisit>;
}

const rowsOf = (timeline: Timeline): readonly Row[] =>
  timeline.visits.original.flatMap((row) => {
    const visit = row.healthy?.visit ?? row.broken?.visit;
    return visit ? [{ key: visit.key, visit, row }] : [];
  });

const stopsIn = (timeline: Timeline, key: string, side: SideName): readonly LaneStop[] =>
  timeline.stops.filter((s) => s.side === side && s.direction === "original" && s.visit === key);

/** Lanes of one column, in the order in which they are drawn. */
export const columnLanes = (timeline: Timeline, key: string): readonly (readonly LaneStop[])[] =>
  timeline.sides.map((side) => stopsIn(timeline, key, side)).filter((stops) => stops.length > 0);

/** Columns in order of the request, as wide as `width` allows and as their stops need. */
export function columnsOf(
  timeline: Timeline,
  width: number,
  measure: Measure,
): { columns: readonly Column[]; width: number } {
  const rows = rowsOf(timeline);
  const natural = naturalWidths(rows);
  const sum = natural.reduce((a, b) => a + b, 0) || 1;
  const needs = rows.map((row, i) => needOf(timeline, row, natural[i] ?? 0, measure));
  const widths = shareOut(
    natural.map((w) => (w * width) / sum),
    needs,
    width,
  );
  let x = 0;
  const columns = rows.map((row, i) => {
    const w = widths[i] ?? 0;
    const column: Column = {
      key: row.key,
      x0: x,
      x1: x + w,
      mid: midOf(row.visit, x, w),
      head: headOf(row, timeline),
      sub: subOf(row, timeline),
    };
    x += w;
    return column;
  });
  return { columns, width: x };
}

function naturalWidths(rows: readonly Row[]): readonly number[] {
  const hooks = rows.filter((row) => row.visit.kind === "hook");
  const first = hooks[0]?.key;
  return rows.map((row) => {
    if (row.visit.kind !== "hook") return fixed[row.visit.kind];
    if (row.key === first) return 300;
    if (row.visit.hook === "POSTROUTING") return 216;
    return row.visit.hook === "INPUT" ? 90 : 116;
  });
}

function needOf(timeline: Timeline, row: Row, natural: number, measure: Measure): number {
  if (row.visit.kind === "hook") return neededWidth(columnLanes(timeline, row.key), measure);
  const head = measure(headOf(row, timeline).en, "strong") * 1.09;
  const sub = measure(subOf(row, timeline).en, "label");
  return Math.max(Math.min(natural, 44), head + 6, sub + 10);
}

/** Columns that need more take it from those that have more than they need, in proportion to what these can spare. */
function shareOut(wished: readonly number[], needs: readonly number[], width: number): readonly number[] {
  const lacking = wished.map((w, i) => Math.max(0, (needs[i] ?? 0) - w));
  const spare = wished.map((w, i) => Math.max(0, w - (needs[i] ?? 0)));
  const lack = lacking.reduce((a, b) => a + b, 0);
  const can = spare.reduce((a, b) => a + b, 0);
  if (lack === 0) return wished;
  const part = can === 0 ? 0 : Math.min(1, lack / can);
  const widths = wished.map((w, i) => w + (lacking[i] ?? 0) - (spare[i] ?? 0) * part);
  const total = widths.reduce((a, b) => a + b, 0);
  return total < width ? widths.map((w) => (w * width) / total) : widths;
}

function midOf(visit: Visit, x: number, width: number): number {
  if (visit.kind === "origin") return x + Math.min(56, width * 0.58);
  if (visit.kind === "end") return x + Math.min(width - 30, width * 0.4);
  return x + width / 2;
}

const firstStep = (row: Row, timeline: Timeline): Step | undefined => {
  for (const side of timeline.sides) {
    const index = row.row[side]?.visit.steps[0];
    const step = index === undefined ? undefined : timeline.traces[side]?.steps[index];
    if (step) return step;
  }
  return undefined;
};

function headOf(row: Row, timeline: Timeline): Words {
  const step = firstStep(row, timeline);
  switch (row.visit.kind) {
    case "origin":
      if (step?.kind !== "sent") return words("sender", "发送方");
      return step.by === "pod"
        ? verbatim("pod")
        : step.by === "process"
          ? words("process", "进程")
          : step.by === "client"
            ? words("client", "客户端")
            : words("sender", "发送方");
    case "source":
      return words("source", "源地址");
    case "ipvs":
      return verbatim("IPVS");
    case "routing":
      return words("routing", "路由");
    case "wire":
      // An interface that the dumps do not name is said in words.
      return step?.kind !== "wire"
        ? words("wire", "网卡")
        : isSymbolic(step.packet.out) || step.iface.startsWith("?")
          ? words("interface", "接口")
          : verbatim(step.iface);
    case "beyond":
      return words("router", "路由器");
    case "end":
      return endHead(step);
    case "hook": {
      const hook = row.visit.hook ?? "";
      return row.visit.pass > 1 ? words(`${hook}, again`, `${hook}（再次）`) : verbatim(hook);
    }
  }
}

const endHead = (step: Step | undefined): Words =>
  step?.kind !== "received" || step.by === "server"
    ? words("server", "服务端")
    : step.by === "local-process"
      ? words("process", "进程")
      : step.by === "pod"
        ? verbatim("pod")
        : words("client", "客户端");

function subOf(row: Row, timeline: Timeline): Words {
  const step = firstStep(row, timeline);
  if (!step) return verbatim("");
  if (row.visit.kind === "source") return words("address", "选择");
  if (row.visit.kind === "end") {
    const dst = step.packet.dst;
    return isSymbolic(dst) ? dst.says : verbatim(dst);
  }
  if (row.visit.kind !== "hook") return verbatim("");
  const { in: incoming, out } = step.packet;
  const into = typeof incoming === "string" ? incoming : undefined;
  const outOf = typeof out === "string" ? out : undefined;
  if (into && outOf) return verbatim(`${into} → ${outOf}`);
  if (into) return words(`in ${into}`, `入 ${into}`);
  return outOf ? words(`out ${outOf}`, `出 ${outOf}`) : verbatim("");
}
