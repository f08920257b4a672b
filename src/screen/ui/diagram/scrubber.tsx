import type { PointerEvent } from "react";
import type { SideName } from "../../../analysis/view.ts";
import type { LaneStop, Timeline } from "../../diagram/timeline.ts";
import { useActions, useApp, useTexts } from "../kit/store.tsx";
import { useSize } from "../kit/use-size.ts";

const INSET = 10;
const HEIGHT = 48;

/** Two rows of ticks, one for each hop, aligned by station; both lanes have one position. */
export function Scrubber({ timeline }: { timeline: Timeline }) {
  const t = useTexts();
  const actions = useActions();
  const moment = useApp((state) => state.moment);
  const [ref, size] = useSize<HTMLDivElement>();
  const count = timeline.moments.length;
  const width = size?.width ?? 0;
  const at = (index: number): number => INSET + (count < 2 ? 0 : (index * (width - 2 * INSET)) / (count - 1));
  const pointed = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const index = Math.round(((event.clientX - box.left - INSET) / Math.max(1, box.width - 2 * INSET)) * (count - 1));
    actions.selectMoment(index);
  };
  const rowY = (i: number): number => (timeline.sides.length === 1 ? 26 : i === 0 ? 18 : 35);
  return (
    <div className="relative ml-2 h-12 min-w-0 flex-1" ref={ref}>
      <div
        className="absolute inset-0 touch-none"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          pointed(event);
        }}
        onPointerMove={(event) => {
          if (event.buttons === 1) pointed(event);
        }}
      >
        {width > 0 && (
          <svg width={width} height={HEIGHT} aria-hidden="true" className="scrubber block">
            {timeline.replyFrom >= 0 && timeline.replyFrom < count && (
              <rect
                x={at(timeline.replyFrom) - 8}
                y="6"
                width={width - at(timeline.replyFrom) + 8}
                height="38"
                rx="4"
                fill="var(--bg-2)"
              />
            )}
            {timeline.sides.map((side, i) => (
              <g key={side}>
                <path d={`M${INSET} ${rowY(i)}H${width - INSET}`} stroke="var(--line-2)" />
                {timeline.moments.map((m) => (
                  <Tick
                    key={m.index}
                    timeline={timeline}
                    side={side}
                    index={m.index}
                    x={at(m.index)}
                    y={rowY(i)}
                    past={m.index <= moment}
                  />
                ))}
              </g>
            ))}
            {timeline.divergence !== undefined && (
              <>
                <path d={`M${at(timeline.divergence)} 4V46`} stroke="var(--text-1)" strokeDasharray="2 2" />
                <path
                  d={`M${at(timeline.divergence)} 1L${at(timeline.divergence) + 7} 4.5L${at(timeline.divergence)} 8Z`}
                  fill="var(--text-1)"
                />
              </>
            )}
            <path d={`M${at(moment)} 4V47`} stroke="var(--text-1)" strokeWidth="2.5" />
            <path
              d={`M${at(moment) - 5.5} 1H${at(moment) + 5.5}V8L${at(moment)} 13L${at(moment) - 5.5} 8Z`}
              fill="var(--text-1)"
            />
          </svg>
        )}
      </div>
      <input
        type="range"
        min={1}
        max={count}
        value={moment + 1}
        aria-label={t.transport.scrub}
        aria-valuetext={t.transport.step(moment + 1, count)}
        onChange={(event) => actions.selectMoment(Number(event.target.value) - 1)}
        className="scrub-input"
      />
    </div>
  );
}

function Tick({
  timeline,
  side,
  index,
  x,
  y,
  past,
}: {
  timeline: Timeline;
  side: SideName;
  index: number;
  x: number;
  y: number;
  past: boolean;
}) {
  const here = timeline.moments[index];
  const stop = timeline.stop(here?.at[side] ?? "");
  // What the reader is asked to predict is not drawn.
  const asked = useApp((state) => state.hold?.side === side && index > state.hold.moment);
  if (asked) return null;
  if (here?.ghost === side)
    return (
      <rect
        x={x - 3.5}
        y={y - 6}
        width="7"
        height="12"
        rx="2"
        fill="var(--bg-1)"
        stroke="var(--missing)"
        strokeWidth="1.4"
        strokeDasharray="2.5 2"
      />
    );
  if (!stop) return null;
  if (stop.shape === "lost" || stop.shape === "unknown")
    return (
      <path
        d={`M${x - 4} ${y - 4}L${x + 4} ${y + 4}M${x + 4} ${y - 4}L${x - 4} ${y + 4}`}
        stroke="var(--drop)"
        strokeWidth="2"
      />
    );
  const color = tickColor(stop);
  const half = color ? 7 : stop.shape === "notch" ? 2.5 : 4;
  return (
    <path
      d={`M${x} ${y - half}V${y + half}`}
      stroke={color ?? (past ? "var(--text-1)" : "var(--line-3)")}
      strokeWidth={color ? 3 : 1.6}
    />
  );
}

function tickColor(stop: LaneStop): string | undefined {
  switch (stop.effect) {
    case "snat":
    case "undone":
      return "var(--snat)";
    case "dnat":
      return "var(--dnat)";
    case "mark":
      return "var(--mark)";
    default:
      return undefined;
  }
}
