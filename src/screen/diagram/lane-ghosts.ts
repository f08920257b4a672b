import type { Language } from "../../base/words.ts";
import type { LaneMetrics, XStop } from "./lane-input.ts";
import type { Box, Ghost } from "./picture.ts";
import type { Measure } from "./place-stops.ts";
import { levelHeight } from "./stop.ts";

export const PLATE = { width: 172, height: 38 } as const;

export const GHOST_PLATE = { width: 196, height: 38 } as const;

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

export const box = (x: number, y: number, width: number, height: number): Box => ({
  x: x - width / 2,
  y: y - height / 2,
  width,
  height,
});

export function drawGhost(ghost: WantedGhost, metrics: LaneMetrics, request: readonly XStop[]): Ghost {
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

export const ghostWords = (ghosts: readonly Ghost[], measure: Measure, language: Language): Box[] =>
  ghosts
    .filter((g) => !g.large)
    .map((g) => {
      const width = measure(g.what[language], "strong") + 4;
      return { x: g.box.x + 8 - width / 2, y: g.box.y + 16, width, height: 18 };
    });
