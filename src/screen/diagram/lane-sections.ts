import type { Trace } from "../../simulate/trace.ts";
import type { LaneMetrics, XStop } from "./lane-input.ts";
import { type Point, roundedPath, section } from "./path.ts";
import type { LanePicture, Section } from "./picture.ts";
import type { LaneStop } from "./timeline.ts";

export function requestSections(stops: readonly XStop[], at: (s: XStop) => Point, trace: Trace): Section[] {
  const sections: Section[] = [];
  let borne = false;
  for (const [i, stop] of stops.entries()) {
    const before = stops[i - 1];
    if (before) {
      borne = bearsMark(before, trace, borne);
      sections.push({
        id: `${before.id}-${stop.id}`,
        from: before.id,
        to: stop.id,
        path: roundedPath(section(at(before), at(stop))),
        reply: false,
        core: borne,
        moment: stop.moment,
        dotted: before.shape === "unknown",
      });
    }
  }
  return sections;
}

/** The mark is worth drawing until nat POSTROUTING has looked at it. */
export function bearsMark(stop: LaneStop, trace: Trace, before: boolean): boolean {
  if (stop.shape === "plate" || stop.visit === "wire:1") return false;
  const last = trace.steps[stop.steps.at(-1) ?? -1];
  if (!last) return before;
  const change = last.changes.find((c) => c.field === "mark");
  const mark = change ? change.after : last.packet.mark;
  if (last.kind === "wire" || last.kind === "beyond" || last.kind === "received") return false;
  return mark !== 0;
}

export function replySections(
  stops: readonly XStop[],
  at: (s: XStop) => Point,
  peer: Point | undefined,
  peerId: string,
  metrics: LaneMetrics,
): Section[] {
  const drawn = stops.filter((s) => !s.visit.startsWith("origin"));
  const origin = stops.find((s) => s.visit.startsWith("origin"));
  const sections: Section[] = [];
  const first = drawn[0];
  if (first && peer && origin) {
    const turn = { x: peer.x, y: metrics.replyY };
    sections.push({
      id: `turn-${first.id}`,
      from: peerId,
      to: first.id,
      path: roundedPath([{ x: peer.x, y: peer.y + 12 }, turn, at(first)], 14),
      reply: true,
      core: false,
      moment: first.moment,
      dotted: false,
    });
  }
  for (const [i, stop] of drawn.entries()) {
    const before = drawn[i - 1];
    if (before)
      sections.push({
        id: `${before.id}-${stop.id}`,
        from: before.id,
        to: stop.id,
        path: roundedPath([at(before), at(stop)]),
        reply: true,
        core: false,
        moment: stop.moment,
        dotted: false,
      });
  }
  return sections;
}

export function chevronsOf(reply: readonly XStop[], y: number, peer: XStop | undefined): LanePicture["chevrons"] {
  const xs = [...(peer ? [peer.x] : []), ...reply.filter((s) => !s.visit.startsWith("origin")).map((s) => s.x)];
  return xs.flatMap((from, i) => {
    const to = xs[i + 1];
    if (to === undefined) return [];
    const room = from - to - 44;
    const count = room < 8 ? 0 : Math.max(1, Math.floor(room / 130));
    const moment = reply.filter((s) => !s.visit.startsWith("origin"))[peer ? i : i + 1]?.moment ?? 0;
    return Array.from({ length: count }, (_, n) => ({ x: from - ((n + 1) * (from - to)) / (count + 1), y, moment }));
  });
}
