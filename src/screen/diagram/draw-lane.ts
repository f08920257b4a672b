import type { Language } from "../../base/words.ts";
import { words } from "../../base/words.ts";
import type { Trace } from "../../simulate/trace.ts";
import { box, drawGhost, ghostWords, PLATE } from "./lane-ghosts.ts";
import type { LaneInput, XStop } from "./lane-input.ts";
import { replyLabels, wantedLabels } from "./lane-labels.ts";
import { chevronsOf, replySections, requestSections } from "./lane-sections.ts";
import { isAnswered, laneSummary, outcomeWords } from "./outcome-words.ts";
import type { Point } from "./path.ts";
import type { Box, LanePicture, PlacedStop } from "./picture.ts";
import { placeLabels } from "./place-labels.ts";
import { levelHeight } from "./stop.ts";
import { plateLines, titleOf } from "./stop-words.ts";
import { tracksOf } from "./tracks.ts";

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
    name: nameBox(metrics.top, measure(sub, "label") * 1.1 + 8),
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

/** The lane's name and what it comes to; long words take a second line. */
const NAME_WIDTH = 330;
const nameBox = (top: number, width: number): Box => ({
  x: 20,
  y: top + 10,
  width: Math.min(NAME_WIDTH, Math.max(120, width)),
  height: width > NAME_WIDTH ? 58 : 40,
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

/** The mark of the loss, with its words beside it and, for a lost reply, the line that waits in vain. */
function lossOf(stop: XStop, point: Point, input: LaneInput): Pick<LanePicture, "lost" | "waiting"> {
  const { metrics, measure, language, trace } = input;
  const title = outcomeWords[trace.ending.outcome][language];
  const says = trace.ending.says[language];
  const whole = Math.max(measure(title, "strong") * 1.2, measure(says, "label") * 1.13) + 8;
  const unknown = stop.shape === "unknown";
  const from = input.socketX + 9;
  const reply = stop.direction === "reply";
  const roomRight = input.width - point.x - 28;
  if (!reply && roomRight > Math.min(whole, 200))
    return {
      lost: {
        ...point,
        moment: stop.moment,
        unknown,
        words: { x: point.x + 18, y: point.y - 17, width: Math.min(460, whole, roomRight), height: 36 },
      },
      waiting: `M${from} ${metrics.replyY}H${Math.max(input.socketX + 60, point.x)}`,
    };
  // On the reply's row nothing is in the way: there is no reply from here on.
  const end = reply ? point.x - 20 : Math.min(point.x + 10, input.width - 8);
  const width = Math.min(Math.max(300, end - from - 81), whole);
  const x = Math.max(8, end - width);
  return {
    lost: { ...point, moment: stop.moment, unknown, words: { x, y: metrics.replyY - 17, width, height: 36 } },
    waiting: `M${from} ${metrics.replyY}H${Math.max(from, x - 10)}`,
  };
}
