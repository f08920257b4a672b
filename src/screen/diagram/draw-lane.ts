import type { Language } from "../../base/words.ts";
import { words } from "../../base/words.ts";
import type { SideName } from "../../diagnose/finding.ts";
import type { Trace } from "../../simulate/trace.ts";
import { isAnswered, laneSummary, outcomeWords } from "./outcome-words.ts";
import { type Point, roundedPath, section } from "./path.ts";
import type { Box, Ghost, LanePicture, PlacedStop, Section } from "./picture.ts";
import { placeLabels, type Wanted } from "./place-labels.ts";
import type { Measure } from "./place-stops.ts";
import { isTurn, levelHeight } from "./stop.ts";
import { captionOf, plateLines, titleOf } from "./stop-words.ts";
import type { LaneStop } from "./timeline.ts";
import { tracksOf } from "./tracks.ts";
import { shortChain } from "./value.ts";

export const PLATE = { width: 172, height: 38 } as const;
export const GHOST_PLATE = { width: 196, height: 38 } as const;

export interface LaneMetrics {
  readonly top: number;
  readonly height: number;
  readonly lineY: number;
  readonly tracksY: number;
  readonly replyY: number;
}

/** Heights within one lane: what is over goes to the card, the dips and the reply, in this order. */
export function laneMetrics(top: number, height: number): LaneMetrics {
  const extra = Math.max(-2, Math.min(150, height - 286));
  const lineY = top + 99 + Math.max(0, extra) * 0.28 + Math.min(0, extra) * 0.2;
  const tracksY = lineY + 87 + Math.max(0, extra) * 0.22 + Math.min(0, extra) * 0.3;
  return {
    top,
    height,
    lineY: Math.round(lineY),
    tracksY: Math.round(tracksY),
    replyY: Math.round(tracksY + 70 + extra * 0.24),
  };
}

export interface LaneInput {
  readonly side: SideName;
  readonly trace: Trace;
  /** In order, request first; with their x. */
  readonly stops: readonly (LaneStop & { readonly x: number })[];
  readonly metrics: LaneMetrics;
  readonly width: number;
  readonly trackEnd: number;
  readonly socketX: number;
  readonly ghosts: readonly WantedGhost[];
  readonly language: Language;
  readonly measure: Measure;
}

/** A change that the other lane makes at `x` and this one does not. */
export interface WantedGhost {
  readonly id: string;
  readonly moment: number;
  readonly x: number;
  readonly effect: "snat" | "dnat" | "mark";
  readonly level: 0 | 1 | 2 | "plate";
  readonly what: Ghost["what"];
  readonly why?: Ghost["why"];
  /** Room for a plate-sized mark ghost. */
  readonly room: number;
}

type XStop = LaneStop & { readonly x: number };

export function drawLane(input: LaneInput): LanePicture {
  const { metrics, trace, side, measure, language } = input;
  const request = input.stops.filter((s) => s.direction === "original");
  const reply = input.stops.filter((s) => s.direction === "reply");
  const yOf = (stop: XStop): number =>
    stop.direction === "reply" ? metrics.replyY : metrics.lineY + levelHeight(stop.level);
  const at = (stop: XStop): Point => ({ x: stop.x, y: yOf(stop) });
  const peer = request.find((s) => s.shape === "peer");
  const ghosts = input.ghosts.map((ghost) => drawGhost(ghost, metrics, request));
  const placed = input.stops
    .filter((s) => !(s.direction === "reply" && s.shape === "notch" && s.visit.startsWith("origin")))
    .map((stop) => place(stop, at(stop), trace, language));
  const sections = [
    ...requestSections(request, at, trace),
    ...replySections(reply, at, peer ? at(peer) : undefined, peer?.id ?? "", metrics),
  ];
  const snatGhost = input.ghosts.find((g) => g.effect === "snat");
  const lost = input.stops.find((s) => s.shape === "lost" || s.shape === "unknown");
  const boundY = metrics.tracksY - 2;
  const labels = [
    ...placeLabels(
      wantedLabels(request, at, trace, input),
      [...obstacles(placed), ...ghosts.map((g) => g.box), ...ghostWords(ghosts, measure, language)],
      { x: 0, y: metrics.top, width: input.width, height: boundY - metrics.top },
      measure,
    ),
    ...placeLabels(
      replyLabels(reply, metrics, trace, input),
      [],
      { x: 0, y: metrics.replyY, width: input.width, height: 60 },
      measure,
    ),
  ];
  const sub = laneSummary(trace)[language];
  const socket = reply.find((s) => s.shape === "socket");
  return {
    side,
    top: metrics.top,
    height: metrics.height,
    lineY: metrics.lineY,
    replyY: metrics.replyY,
    name: { x: 20, y: metrics.top + 10, width: Math.max(120, measure(sub, "label") * 1.1 + 8), height: 40 },
    stops: placed,
    sections,
    labels,
    ghosts,
    tracks: tracksOf(
      trace,
      request,
      metrics.tracksY,
      lost && lost.direction === "original" ? lost.x : input.trackEnd,
      language,
      measure,
      snatGhost && { x: snatGhost.x, moment: snatGhost.moment, note: words("never replaced", "始终未替换")[language] },
    ),
    chevrons: chevronsOf(reply, metrics.replyY, peer),
    socket: {
      x: input.socketX,
      y: metrics.replyY,
      answered: isAnswered(trace) && socket !== undefined,
      moment: socket?.moment ?? lost?.moment ?? 0,
    },
    ...(lost ? lossOf(lost, at(lost), input) : {}),
  };
}

function place(stop: XStop, point: Point, trace: Trace, language: Language): PlacedStop {
  const lines = stop.shape === "plate" || stop.shape === "peer" ? plateLines(stop, trace, language) : undefined;
  return {
    ...point,
    id: stop.id,
    side: stop.side,
    moment: stop.moment,
    shape: stop.shape,
    assumed: stop.assumed,
    reply: stop.direction === "reply",
    level: stop.level === "plate" ? 1 : stop.level,
    title: titleOf(stop, trace, language),
    ...(stop.effect ? { effect: stop.effect } : {}),
    ...(lines ? { lines } : {}),
  };
}

function requestSections(stops: readonly XStop[], at: (s: XStop) => Point, trace: Trace): Section[] {
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
function bearsMark(stop: LaneStop, trace: Trace, before: boolean): boolean {
  if (stop.shape === "plate" || stop.visit === "wire:1") return false;
  const last = trace.steps[stop.steps.at(-1) ?? -1];
  if (!last) return before;
  const change = last.changes.find((c) => c.field === "mark");
  const mark = change ? change.after : last.packet.mark;
  if (last.kind === "wire" || last.kind === "beyond" || last.kind === "received") return false;
  return mark !== 0;
}

function replySections(
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

function chevronsOf(reply: readonly XStop[], y: number, peer: XStop | undefined): LanePicture["chevrons"] {
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

const box = (x: number, y: number, width: number, height: number): Box => ({
  x: x - width / 2,
  y: y - height / 2,
  width,
  height,
});

function obstacles(stops: readonly PlacedStop[]): Box[] {
  return stops
    .filter((s) => !s.reply)
    .map((s) => {
      if (s.shape === "plate") return box(s.x, s.y + 9, PLATE.width, PLATE.height + 4);
      if (s.shape === "capsule") return box(s.x, s.y, 20, 32);
      if (s.shape === "peer") return box(s.x, s.y, 44, 26);
      return box(s.x, s.y, s.shape === "notch" ? 4 : 12, 12);
    });
}

function drawGhost(ghost: WantedGhost, metrics: LaneMetrics, request: readonly XStop[]): Ghost {
  const { x } = ghost;
  const own = request.find((s) => s.moment === ghost.moment);
  const from = metrics.lineY + (own ? levelHeight(own.level) : 0);
  const stub = (x0: number, y0: number, x1: number, y1: number): string => `M${x0} ${y0}L${x1} ${y1}`;
  if (ghost.effect === "mark" && ghost.room < PLATE.width) {
    const y = metrics.lineY + levelHeight(ghost.level === "plate" ? 1 : ghost.level);
    const b = box(x, y, 16, 16);
    return {
      id: ghost.id,
      moment: ghost.moment,
      box: b,
      stubs: [stub(x - 28, y - 26, x - 9, y - 7), stub(x + 9, y - 7, x + 28, y - 26)],
      what: ghost.what,
      large: false,
    };
  }
  const top = Math.max(from + 12, metrics.lineY + 40);
  const size = ghost.effect === "mark" ? { ...GHOST_PLATE, width: PLATE.width } : GHOST_PLATE;
  const b = { x: x - size.width / 2, y: top, ...size };
  return {
    id: ghost.id,
    moment: ghost.moment,
    box: b,
    stubs: [stub(x - 32, from + 2, x - 24, top), stub(x + 24, top, x + 32, from + 2)],
    what: ghost.what,
    ...(ghost.why ? { why: ghost.why } : {}),
    large: true,
  };
}

const ghostWords = (ghosts: readonly Ghost[], measure: Measure, language: Language): Box[] =>
  ghosts
    .filter((g) => !g.large)
    .map((g) => {
      const width = measure(g.what[language], "strong") + 4;
      return { x: g.box.x + 8 - width / 2, y: g.box.y + 16, width, height: 18 };
    });

function wantedLabels(stops: readonly XStop[], at: (s: XStop) => Point, trace: Trace, input: LaneInput): Wanted[] {
  const wanted: Wanted[] = [];
  for (const [i, stop] of stops.entries()) {
    if (!isTurn(stop)) continue;
    const point = at(stop);
    const next = stops.slice(i + 1).find(isTurn);
    const rises = !next || levelHeight(next.level) < levelHeight(stop.level);
    const falls = levelHeight(stops[i - 1]?.level ?? 0) < levelHeight(stop.level);
    const below = { id: `l-${stop.id}`, moment: stop.moment, at: point, side: "below" as const, radius: 6 };
    // The ghost tells what is missing here; the chain's name stands in the details.
    if (input.ghosts.some((g) => g.moment === stop.moment && g.effect !== "mark")) continue;
    if (stop.shape === "capsule")
      wanted.push({
        ...below,
        lines: [
          { text: "DNAT", tone: "dnat" },
          ...(stop.nameIs === "chain" ? [{ text: shortChain(stop.name), tone: "mono" as const }] : []),
        ],
        prefer: "center",
        radius: 15,
      });
    else if (stop.shape === "plate" || stop.shape === "peer" || stop.shape === "terminus") continue;
    else if (stop.level !== 0 || stop.nameIs === "chain") {
      const caption = captionOf(stop, trace)[input.language];
      const name =
        stop.shape === "square"
          ? ({ text: shortChain(stop.name), tone: stop.effect ?? "mono" } as const)
          : ({ text: shortChain(stop.name), tone: "mono" } as const);
      const again = stops.slice(0, i).some((s) => s.visit === stop.visit && s.name === stop.name && isTurn(s));
      const lines =
        stop.shape === "square" || !caption || stop.level === 2
          ? [name]
          : again
            ? [{ text: caption, tone: "mono" as const }]
            : [name, { text: caption, tone: "caption" as const }];
      wanted.push({
        ...below,
        lines,
        prefer:
          stop.shape === "square"
            ? "center"
            : falls && !rises
              ? "left"
              : rises && !falls
                ? "right"
                : next && next.level !== 0
                  ? "left"
                  : falls
                    ? i > stops.length / 2 || wanted.some((w) => w.side === "below")
                      ? "right"
                      : "left"
                    : "right",
      });
    } else if (stop.name && stop.visit !== "wire:1")
      wanted.push({
        id: `l-${stop.id}`,
        moment: stop.moment,
        at: point,
        side: "above",
        lines: [{ text: stop.name, tone: stop.nameIs === "place" ? "mono" : "name" }],
        prefer: "center",
        radius: stop.shape === "lost" ? 10 : 6,
      });
  }
  // What stands close to its sign is placed first; chains' names have room to move.
  return wanted.sort(
    (a, b) => Number(a.side === "below" && a.prefer !== "center") - Number(b.side === "below" && b.prefer !== "center"),
  );
}

function replyLabels(reply: readonly XStop[], metrics: LaneMetrics, trace: Trace, input: LaneInput): Wanted[] {
  const groups = new Map<string, XStop[]>();
  for (const stop of reply) groups.set(stop.visit, [...(groups.get(stop.visit) ?? []), stop]);
  const wanted: Wanted[] = [];
  for (const [visit, stops] of groups) {
    const first = stops[0];
    const last = stops.at(-1);
    if (!first || !last) continue;
    const at = { x: (first.x + last.x) / 2, y: metrics.replyY };
    const common = {
      id: `r-${first.id}`,
      moment: first.moment,
      at,
      side: "below" as const,
      radius: 6,
      prefer: "center" as const,
    };
    if (visit.startsWith("hook:")) {
      if (!stops.some(isTurn)) continue;
      const hook = visit.split(":")[1] ?? "";
      const undone = stops.find((s) => s.effect === "undone");
      wanted.push({
        ...common,
        lines: undone
          ? [{ text: `${hook}, ${words("SNAT undone", "还原 SNAT")[input.language]}`, tone: "undone" }]
          : [{ text: hook, tone: "caption" }],
      });
    } else if (visit.startsWith("ipvs"))
      wanted.push({ ...common, radius: 12, lines: [{ text: "IPVS", tone: "caption" }] });
    else if (visit.startsWith("end"))
      wanted.push({
        ...common,
        at: { x: input.socketX + 6, y: metrics.replyY },
        prefer: "right",
        lines: [{ text: captionOf(last, trace)[input.language], tone: "caption" }],
      });
  }
  return wanted.sort((a, b) => Number(a.prefer !== "right") - Number(b.prefer !== "right"));
}

/** The mark of the loss, with its words beside it and, for a lost reply, the line that waits in vain. */
function lossOf(stop: XStop, point: Point, input: LaneInput): Pick<LanePicture, "lost" | "waiting"> {
  const { metrics, measure, language, trace } = input;
  const title = outcomeWords[trace.ending.outcome][language];
  const says = trace.ending.says[language];
  const room = stop.direction === "reply" ? point.x - input.socketX - 110 : 460;
  const width = Math.min(
    Math.max(300, room),
    Math.max(measure(title, "strong") * 1.2, measure(says, "label") * 1.13) + 8,
  );
  const unknown = stop.shape === "unknown";
  if (stop.direction === "reply") {
    const x = point.x - 20 - width;
    const from = input.socketX + 9;
    return {
      lost: { ...point, moment: stop.moment, unknown, words: { x, y: metrics.replyY - 17, width, height: 36 } },
      waiting: `M${from} ${metrics.replyY}H${Math.max(from, x - 10)}`,
    };
  }
  const roomRight = input.width - point.x - 20;
  const right = roomRight > Math.min(width, 220);
  const w = right ? Math.min(width, roomRight - 8) : width;
  const words = {
    x: right ? point.x + 18 : Math.max(8, point.x - w / 2),
    y: right ? point.y - 17 : point.y + 16,
    width: w,
    height: 36,
  };
  return {
    lost: { ...point, moment: stop.moment, unknown, words },
    waiting: `M${input.socketX + 9} ${metrics.replyY}H${Math.max(input.socketX + 60, point.x)}`,
  };
}
