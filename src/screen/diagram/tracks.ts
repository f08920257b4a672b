import type { Language } from "../../base/words.ts";
import type { Trace } from "../../simulate/trace.ts";
import type { Track, TrackRun } from "./picture.ts";
import type { Measure } from "./place-stops.ts";
import type { LaneStop } from "./timeline.ts";
import { changed, showTrack, type TrackField, trackFields } from "./value.ts";

export const TRACK_HEIGHT = 14;
export const TRACK_PITCH = 16;

const tones: Readonly<Record<TrackField, TrackRun["tone"]>> = { src: "snat", dst: "dnat", mark: "mark" };

/** src, dst and mark as the packet travels: a value begins at the stop where the kernel set it. */
export function tracksOf(
  trace: Trace,
  stops: readonly (LaneStop & { readonly x: number })[],
  y: number,
  end: number,
  language: Language,
  measure: Measure,
  missing?: { readonly x: number; readonly moment: number; readonly note: string },
): readonly Track[] {
  return trackFields.map((field, row) => ({ field, y: y + row * TRACK_PITCH, runs: runsOf(field) }));

  function runsOf(field: TrackField): readonly TrackRun[] {
    const starts: { x: number; value: string; tone: TrackRun["tone"]; moment: number }[] = [];
    for (const stop of stops)
      for (const index of stop.steps) {
        const step = trace.steps[index];
        if (!step) continue;
        const before = showTrack(step.packet, field, language);
        const after = showTrack(changed(step.packet, step.changes), field, language);
        if (starts.length === 0) starts.push({ x: stop.x, value: before, tone: "plain", moment: stop.moment });
        const value = starts.at(-1)?.value;
        if (after === value) continue;
        if (step.kind === "source-chosen" && starts.length === 1) starts.length = 0;
        starts.push({
          x: starts.length === 0 ? (stops[0]?.x ?? stop.x) : stop.x,
          value: after,
          tone: starts.length === 0 ? "plain" : tones[field],
          moment: stop.moment,
        });
      }
    if (field === "src" && missing) {
      const value = starts.at(-1)?.value ?? "";
      const long = `${value} (${missing.note})`;
      const fits = measure(long, "bold") + 14 <= end - missing.x;
      starts.push({ x: missing.x, value: fits ? long : value, tone: "missing", moment: missing.moment });
    }
    return starts.map((start, i) => {
      const x1 = starts[i + 1]?.x ?? end;
      return { ...start, x0: start.x, x1, told: measure(start.value, "mono") + 14 <= x1 - start.x };
    });
  }
}
