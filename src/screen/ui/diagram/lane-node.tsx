import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { laneSummary, outcomeWords } from "../../diagram/outcome-words.ts";
import type { LanePicture, Track } from "../../diagram/picture.ts";
import { selectTimeline } from "../../state/timelines.ts";
import { SideSign } from "../kit/marks.tsx";
import { useApp, useLanguage, useTexts } from "../kit/store.tsx";
import type { LaneNode as LaneType } from "./elements.ts";
import { usePhase } from "./phase.ts";

/** What lies under a lane's stops: its name, tracks, ghost stubs, arrow heads, the socket, the words of a loss. */
export const LaneNode = memo(function LaneNode({ data }: NodeProps<LaneType>) {
  const { lane, width, first } = data;
  const t = useTexts();
  const language = useLanguage();
  const trace = useApp((state) => selectTimeline(state)?.traces[lane.side]);
  const packetX = usePacketX(lane);
  const held = useApp((state) => state.hold?.side === lane.side);
  const up = (y: number): number => y - lane.top;
  return (
    <div className={first ? "lane" : "lane lane-divided"} data-side={lane.side} style={{ height: lane.height }}>
      <div className="lane-name" style={{ maxWidth: 330 }}>
        <span className="name">
          <SideSign side={lane.side} size={12} />
          {t.side[lane.side]}
        </span>
        {trace && <span className="summary">{held ? t.learn.predict : laneSummary(trace)[language]}</span>}
      </div>
      <svg width={width} height={lane.height} viewBox={`0 ${lane.top} ${width} ${lane.height}`} aria-hidden="true">
        {lane.tracks.map((track) => (
          <TrackRuns
            key={track.field}
            track={track}
            side={lane.side}
            held={held}
            packetX={packetX}
            left={lane.tracks[0]?.runs[0]?.x0 ?? 56}
          />
        ))}
        {lane.ghosts.map((ghost) => (
          <Stubs key={ghost.id} side={lane.side} ghost={ghost} />
        ))}
        {!held && lane.waiting && <path d={lane.waiting} className="waiting" />}
        {!held && lane.chevrons.map((c) => <Chevron key={c.x} side={lane.side} x={c.x} y={c.y} moment={c.moment} />)}
        {!held && !lane.socket.answered && (
          <circle cx={lane.socket.x} cy={lane.socket.y} r="7" className="socket-open" />
        )}
      </svg>
      {!held && lane.lost && trace && (
        <LossWords
          lane={lane}
          title={outcomeWords[trace.ending.outcome][language]}
          says={trace.ending.says[language]}
          top={up(lane.lost.words.y)}
        />
      )}
    </div>
  );
});

function LossWords({ lane, title, says, top }: { lane: LanePicture; title: string; says: string; top: number }) {
  const { lost } = lane;
  if (!lost) return null;
  const right = lost.words.x < lost.x;
  return (
    <div
      className="loss"
      data-unknown={lost.unknown}
      style={{ left: lost.words.x, top, width: lost.words.width, textAlign: right ? "right" : "left" }}
    >
      <b>{title}</b>
      <span>{says}</span>
    </div>
  );
}

function Stubs({ side, ghost }: { side: LanePicture["side"]; ghost: LanePicture["ghosts"][number] }) {
  const phase = usePhase(ghost.moment, side);
  return phase === "hidden" ? null : ghost.stubs.map((stub) => <path key={stub} d={stub} className="ghost-stub" />);
}

function Chevron({ side, x, y, moment }: { side: LanePicture["side"]; x: number; y: number; moment: number }) {
  const phase = usePhase(moment, side);
  return <path d={`M${x + 3} ${y - 4}L${x - 2} ${y}L${x + 3} ${y + 4}`} className="chevron" data-phase={phase} />;
}

/** How far the packet has come while it plays; at rest the whole way is shown. */
function usePacketX(lane: LanePicture): number {
  const id = useApp((state) =>
    state.playing || state.hold?.side === lane.side
      ? selectTimeline(state)?.moments[state.moment]?.stands[lane.side]
      : undefined,
  );
  const stop = lane.stops.find((s) => s.id === id);
  return stop && !stop.reply ? stop.x : Number.POSITIVE_INFINITY;
}

interface TrackProps {
  readonly track: Track;
  readonly side: LanePicture["side"];
  readonly left: number;
  readonly packetX: number;
  readonly held: boolean;
}

function TrackRuns({ track, side, left, packetX, held }: TrackProps) {
  return (
    <>
      <text x={left - 8} y={track.y + 11} textAnchor="end" className="track-name">
        {track.field}
      </text>
      {held && Number.isFinite(packetX) && (
        <rect
          x={packetX + 2}
          y={track.y}
          width={Math.max(0, (track.runs.at(-1)?.x1 ?? 0) - packetX - 2)}
          height="14"
          rx="3"
          className="track-unknown"
        />
      )}
      {track.runs.map((run) => (
        <TrackRunShape key={`${run.x0}`} run={run} side={side} held={held} y={track.y} packetX={packetX} />
      ))}
    </>
  );
}

function TrackRunShape({
  run,
  side,
  held,
  y,
  packetX,
}: {
  run: Track["runs"][number];
  side: LanePicture["side"];
  held: boolean;
  y: number;
  packetX: number;
}) {
  const phase = usePhase(run.moment, side);
  const plain = run.tone === "plain";
  if (phase === "hidden") return null;
  if (phase === "future") return <path d={`M${run.x0} ${y + 7}H${run.x1}`} className="track-ahead" />;
  return (
    <g className={`track track-${run.tone}`}>
      {!held && packetX < run.x1 && (
        <path d={`M${Math.max(run.x0, packetX)} ${y + 7}H${run.x1}`} className="track-ahead" />
      )}
      <rect
        x={run.x0}
        y={y}
        width={Math.max(0, Math.min(run.x1, packetX) - run.x0)}
        height="14"
        rx="3"
        className="ground"
      />
      {!plain && <rect x={run.x0} y={y} width="3" height="14" rx="1" className="tick" />}
      {run.told && (
        <text x={run.x0 + 8} y={y + 11} className="value">
          {run.value}
        </text>
      )}
    </g>
  );
}
