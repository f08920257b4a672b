/** Height of one line, px. */
export const LINE = 18;
/** Browsers stop at about 17 million px; well below it, positions are mapped instead of counted. */
export const TALLEST = 8_000_000;

/** Maps between a scroll position and the first line on screen (0-based), for texts of any length. */
export interface ScrollMap {
  readonly height: number;
  firstAt(top: number): number;
  topOf(line: number): number;
}

export function scrollMap(lines: number, viewport: number): ScrollMap {
  const natural = lines * LINE;
  if (natural <= TALLEST) return { height: natural, firstAt: (top) => top / LINE, topOf: (line) => line * LINE };
  const room = Math.max(1, TALLEST - viewport);
  const last = Math.max(0, lines - viewport / LINE);
  return {
    height: TALLEST,
    firstAt: (top) => (Math.min(top, room) / room) * last,
    topOf: (line) => (Math.min(line, last) / last) * room,
  };
}
