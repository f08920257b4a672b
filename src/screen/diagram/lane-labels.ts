import { words } from "../../base/words.ts";
import type { Trace } from "../../simulate/trace.ts";
import type { LaneInput, LaneMetrics, XStop } from "./lane-input.ts";
import type { Point } from "./path.ts";
import type { Wanted } from "./place-labels.ts";
import { isTurn, levelHeight } from "./stop.ts";
import { captionOf } from "./stop-words.ts";
import { shortChain } from "./value.ts";

export function wantedLabels(
  stops: readonly XStop[],
  at: (s: XStop) => Point,
  trace: Trace,
  input: LaneInput,
): Wanted[] {
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
          // At the deepest level the tracks leave room for one line; the chain's name stands in the details.
          ...(stop.nameIs === "chain" && stop.level !== 2
            ? [{ text: shortChain(stop.name), tone: "mono" as const }]
            : []),
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

export function replyLabels(reply: readonly XStop[], metrics: LaneMetrics, trace: Trace, input: LaneInput): Wanted[] {
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
