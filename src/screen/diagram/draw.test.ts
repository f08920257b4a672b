import { describe, expect, it } from "vitest";
import { drawPicture } from "./draw.ts";
import { overlaps } from "./picture.ts";
import type { Measure } from "./place-stops.ts";
import { fixtureFlow } from "./testing/fixture-view.ts";
import { timelineOf } from "./timeline.ts";

/** Widths of the face the design was drawn with. */
const measure: Measure = (text, face) => [...text].length * (face === "mono" || face === "bold" ? 6 : 5.2);
const timeline = timelineOf(fixtureFlow);
const draw = (width: number, height = 576) =>
  drawPicture(timeline, fixtureFlow, { width, height, language: "en", measure });

const xOf = (width: number, side: "healthy" | "broken", name: string, nth = 0): number => {
  const lane = draw(width).lanes.find((l) => l.side === side);
  const ids = timeline.stops
    .filter((s) => s.side === side && s.direction === "original" && s.name === name && s.shape !== "notch")
    .map((s) => s.id);
  return Math.round(lane?.stops.find((s) => s.id === ids[nth])?.x ?? -1);
};

/** Side, stop, which of that name, x of the station map. */
const stations: readonly (readonly ["healthy" | "broken", string, number, number])[] = [
  ["healthy", "process", 0, 56],
  ["healthy", "raw", 0, 212],
  ["healthy", "mangle", 0, 251],
  ["healthy", "nat", 0, 290],
  ["healthy", "KUBE-SERVICES", 0, 338],
  ["healthy", "KUBE-MARK-MASQ", 0, 388],
  ["healthy", "KUBE-SERVICES", 1, 447],
  ["healthy", "KUBE-POSTROUTING", 0, 790],
  ["broken", "KUBE-SERVICES", 0, 338],
  ["broken", "DOCKER", 0, 447],
  ["broken", "KUBE-POSTROUTING", 0, 790],
];

describe("the host's map in IPVS mode", () => {
  it.each(stations)("%s %s (%i) stands at %i", (side, name, nth, x) => {
    expect(Math.abs(xOf(1048, side, name, nth) - x)).toBeLessThanOrEqual(8);
  });

  it.each([900, 1048, 1440, 2000])("gives a station one x in both lanes at width %i", (width) => {
    for (const [name, nth] of [
      ["raw", 0],
      ["nat", 0],
      ["KUBE-SERVICES", 0],
      ["KUBE-POSTROUTING", 0],
      ["eth0", 0],
    ] as const)
      expect(xOf(width, "healthy", name, nth)).toBe(xOf(width, "broken", name, nth));
  });

  it.each([900, 1048, 1440])("lets no label of a lane cover another at width %i", (width) => {
    for (const lane of draw(width).lanes)
      for (const [i, a] of lane.labels.entries())
        for (const b of lane.labels.slice(i + 1))
          expect([a.lines[0]?.text, b.lines[0]?.text, overlaps(a.box, b.box)]).toEqual([
            a.lines[0]?.text,
            b.lines[0]?.text,
            false,
          ]);
  });

  it("runs every stop of a lane from left to right, and the reply from right to left", () => {
    for (const lane of draw(1048).lanes) {
      const xs = (reply: boolean) => lane.stops.filter((s) => s.reply === reply).map((s) => s.x);
      expect(xs(false)).toEqual([...xs(false)].sort((a, b) => a - b));
      expect(xs(true)).toEqual([...xs(true)].sort((a, b) => b - a));
    }
  });

  it("uses 0, 45 and 90 degrees only", () => {
    for (const lane of draw(1048).lanes)
      for (const section of lane.sections)
        for (const [dx, dy] of straights(section.path))
          expect(
            [0, 1].includes(
              Math.abs(
                Math.round((Math.min(Math.abs(dx), Math.abs(dy)) / Math.max(Math.abs(dx), Math.abs(dy), 1)) * 10) / 10,
              ),
            ),
          ).toBe(true);
  });

  it("keeps the core of the line from the mark to the plate", () => {
    const lane = draw(1048).lanes[0];
    const core = lane?.sections.filter((s) => s.core) ?? [];
    const first = lane?.stops.find((s) => s.id === core[0]?.from);
    const last = lane?.stops.find((s) => s.id === core.at(-1)?.to);
    expect([first?.effect, last?.shape]).toEqual(["mark", "plate"]);
  });
});

/** Straight parts of a path as differences; corners are left out. */
function straights(path: string): [number, number][] {
  const points = [...path.matchAll(/([MLQ])([\d. -]+)/g)].map((m) => ({
    op: m[1],
    at: (m[2] ?? "").trim().split(/\s+/).map(Number),
  }));
  const found: [number, number][] = [];
  let here: number[] = [0, 0];
  for (const { op, at } of points) {
    const end = at.slice(-2);
    if (op === "L") found.push([(end[0] ?? 0) - (here[0] ?? 0), (end[1] ?? 0) - (here[1] ?? 0)]);
    here = end;
  }
  return found;
}
