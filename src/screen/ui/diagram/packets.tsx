import { ViewportPortal } from "@xyflow/react";
import type { SideName } from "../../../analysis/view.ts";
import { cardAt, placeCard } from "../../diagram/card.ts";
import type { Picture } from "../../diagram/picture.ts";
import type { Timeline } from "../../diagram/timeline.ts";
import { TRAVEL } from "../../state/play-actions.ts";
import { useApp, useLanguage } from "../kit/store.tsx";
import { measureText } from "./measure.ts";

/** The packets and their cards, one of each in a lane, above everything else. */
export function Packets({ picture, timeline }: { picture: Picture; timeline: Timeline }) {
  return (
    <ViewportPortal>
      {timeline.sides.map((side) => (
        <Packet key={side} side={side} picture={picture} timeline={timeline} />
      ))}
    </ViewportPortal>
  );
}

function Packet({ side, picture, timeline }: { side: SideName; picture: Picture; timeline: Timeline }) {
  const moment = useApp((state) => state.moment);
  const playing = useApp((state) => state.playing);
  const speed = useApp((state) => state.speed);
  const language = useLanguage();
  const here = timeline.moments[moment];
  const stopId = here?.stands[side];
  const lane = picture.lanes.find((l) => l.side === side);
  const stop = lane?.stops.find((s) => s.id === stopId);
  if (!here || !stopId || !lane || !stop) return null;
  const missing = lane.ghosts.some((g) => g.moment === moment && g.large && g.why !== undefined);
  const card = cardAt(timeline, side, moment, missing, language);
  if (!card) return null;
  const widest = Math.max(
    ...card.rows.map((r) =>
      measureText(`${r.old ? `${r.old} → ` : ""}${r.value}${r.note ? ` ${r.note}` : ""}`, "bold"),
    ),
  );
  const placed = placeCard(picture, side, stopId, card.rows.length, Math.max(254, Math.ceil(widest * 1.1) + 76));
  const section = lane.sections.find((s) => s.to === stopId);
  const travels = playing && here.at[side] !== undefined && section;
  return (
    <>
      {placed && !stop.reply && (
        <svg className="stem" width={picture.width} height={picture.height} aria-hidden="true">
          <path d={placed.stem} />
        </svg>
      )}
      {playing && (
        <div
          key={`${moment}-${stopId}`}
          className={travels ? "packet travels" : "packet"}
          data-side={side}
          style={
            travels
              ? { offsetPath: `path("${section.path}")`, animationDuration: `${TRAVEL / speed}ms` }
              : { left: stop.x, top: stop.y + (stop.shape === "plate" ? 9 : 0) }
          }
        />
      )}
      {placed && (
        <dl
          className="card"
          data-side={side}
          data-waits={card.waits}
          data-rows={card.rows.length}
          style={{ left: placed.box.x, top: placed.box.y, width: placed.box.width, height: placed.box.height }}
        >
          {card.rows.map((row) => (
            <div key={row.field}>
              <dt>{row.field}</dt>
              <dd>
                {row.old !== undefined && <s>{row.old}</s>}
                {row.old !== undefined && <span className="arrow">→</span>}
                <span key={row.value} className={row.tone ? `new tone-${row.tone}` : "same"}>
                  {row.value}
                </span>
                {row.note && <span className="tone-missing new">{row.note}</span>}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}
