export interface Point {
  readonly x: number;
  readonly y: number;
}

const CORNER = 7;
const round = (value: number): number => Math.round(value * 10) / 10;
const at = (p: Point): string => `${round(p.x)} ${round(p.y)}`;

/** The point `distance` away from `from` on the way to `to`; halfway at most, so that two corners never meet. */
function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const t = length === 0 ? 0 : Math.min(distance, length / 2) / length;
  return { x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t };
}

/** A polyline as SVG path data with rounded corners. Points that repeat are dropped. */
export function roundedPath(points: readonly Point[], corner = CORNER): string {
  const line = points.filter((p, i) => i === 0 || p.x !== points[i - 1]?.x || p.y !== points[i - 1]?.y);
  const first = line[0];
  if (!first) return "";
  let path = `M${at(first)}`;
  for (let i = 1; i < line.length; i++) {
    const here = line[i];
    const before = line[i - 1];
    const after = line[i + 1];
    if (!here || !before) break;
    if (after) path += `L${at(towards(here, before, corner))}Q${at(here)} ${at(towards(here, after, corner))}`;
    else path += `L${at(here)}`;
  }
  return path;
}

/** Room left flat beside a deeper stop before the line turns. */
const FLAT = 10;

/**
 * The way between two stops on one line, at 0° and 45° only. The slope lies beside the deeper of the two, so that a dip
 * belongs to its stop however far apart the stops are.
 */
export function section(from: Point, to: Point): readonly Point[] {
  const rise = Math.abs(to.y - from.y);
  if (rise === 0) return [from, to];
  const run = to.x - from.x;
  const flat = Math.max(0, Math.min(FLAT, (run - rise) / 2));
  if (to.y > from.y) return [from, { x: to.x - flat - rise, y: from.y }, { x: to.x - flat, y: to.y }, to];
  return [from, { x: from.x + flat, y: from.y }, { x: from.x + flat + rise, y: to.y }, to];
}
