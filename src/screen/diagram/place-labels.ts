import type { Point } from "./path.ts";
import { type Box, type Label, overlaps } from "./picture.ts";
import type { Measure } from "./place-stops.ts";

const LINE = 14;

export interface Wanted {
  readonly id: string;
  readonly moment: number;
  readonly at: Point;
  readonly lines: Label["lines"];
  /** above: on the main line; below: at a chain's stop. */
  readonly side: "above" | "below";
  /** Which side of the stop the line leaves free. */
  readonly prefer: "left" | "center" | "right";
  /** Half the height of what is drawn at the stop. */
  readonly radius: number;
}

const faces = {
  caption: "label",
  name: "label",
  mono: "mono",
  mark: "bold",
  snat: "bold",
  dnat: "strong",
  undone: "strong",
} as const;

const widthOf = (wanted: Wanted, measure: Measure): number =>
  Math.max(...wanted.lines.map((line) => measure(line.text, faces[line.tone])));

/**
 * Finds a place for each label where it covers neither another label nor what stands in `taken`. Places are tried in a
 * fixed order, so that the same trace gives the same picture; the least bad one is taken where none is free.
 */
export function placeLabels(
  wanted: readonly Wanted[],
  taken: readonly Box[],
  bounds: Box,
  measure: Measure,
): readonly Label[] {
  const used: Box[] = [...taken];
  return wanted.map((want) => {
    const width = Math.ceil(widthOf(want, measure)) + 2;
    const height = want.lines.length * LINE;
    let best: { box: Box; align: Label["align"]; cost: number } | undefined;
    for (const [rank, candidate] of candidates(want, width, height).entries()) {
      const box = {
        x: Math.min(Math.max(candidate.x, bounds.x + 2), bounds.x + bounds.width - width - 2),
        y: candidate.y,
        width,
        height,
      };
      const cost =
        rank +
        20 * used.reduce((sum, other) => sum + shared(box, other), 0) +
        (box.y + height > bounds.y + bounds.height ? 500 : 0);
      if (!best || cost < best.cost) best = { box, align: candidate.align, cost };
      if (cost < 20) break;
    }
    const box = best?.box ?? { x: want.at.x, y: want.at.y, width, height };
    used.push(box);
    return { id: want.id, moment: want.moment, box, align: best?.align ?? "center", lines: want.lines };
  });
}

/** Area that two boxes share, in px². */
function shared(a: Box, b: Box): number {
  if (!overlaps(a, b)) return 0;
  return (
    (Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
    (Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y))
  );
}

function candidates(
  want: Wanted,
  width: number,
  height: number,
): readonly { x: number; y: number; align: Label["align"] }[] {
  const { x, y } = want.at;
  const centred = x - width / 2;
  if (want.side === "above") {
    const top = y - want.radius - 5 - height;
    return [0, -LINE + 1, -2 * LINE + 2].map((up) => ({ x: centred, y: top + up, align: "center" as const }));
  }
  const below = y + want.radius;
  const left = (down: number) => ({ x: x - width - 12, y: below + down, align: "right" as const });
  const right = (down: number) => ({ x: x + 10, y: below + down, align: "left" as const });
  const center = (down: number) => ({ x: centred, y: below + 4 + down, align: "center" as const });
  const order =
    want.prefer === "left"
      ? [left, center, right]
      : want.prefer === "right"
        ? [right, center, left]
        : [center, left, right];
  return [0, LINE, 2 * LINE, 3 * LINE].flatMap((down) => order.map((place) => place(down)));
}
