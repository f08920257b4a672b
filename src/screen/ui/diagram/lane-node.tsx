import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { laneSummary, outcomeWords } from "../../diagram/outcome-words.ts";
import type { LanePicture, Track } from "../../diagram/picture.ts";
import { selectTimeline } from "../../state/selectors.ts";
import { useApp, useLanguage, useTexts } from "../kit/store.tsx";
import { SideSign } from "../kit/marks.tsx";
import type { LaneNode as LaneType } from "./elements.ts";
import { usePhase } from "./phase.ts";

/** What lies under a lane's stops: its name, tracks, ghost stubs, arrow heads, the socket, the words of a loss. */
export const LaneNode = memo(function LaneNode({ data }: NodeProps<LaneType>) {
  const { lane, width, first } = data;
  const t = useTexts();
  const language = useLanguage();
  const trace = useApp((state) => selectTimeline(state)?.traces[lane.side]);
  const up = (y: number): number => y - lane.top;
  return (
    <div className={first ? "lane" : "lane lane-divided"} data-side={lane.side} style={{ height: lane.height }}>
      <div className="lane-name" style={{ maxWidth: 330 }}>
        <span className="name">
          <SideSign side={lane.side} size={12} />
          {t.side[lane.side]}
        </span>
        {trace && <span className="summary">{laneSummary(trace)[language]}</span>}
      </div>
      <svg width={width} height={lane.height} viewBox={`0 ${lane.top} ${width} ${lane.height}`} aria-hidden="true">
        {lane.tracks.map((track) => (
          <TrackRuns key={track.field} track={track} left={lane.tracks[0]?.runs[0]?.x0 ?? 56} />
        ))}
        {lane.ghosts.flatMap((ghost) => ghost.stubs.map((stub) => <path key={stub} d={stub} className="ghost-stub" />))}
        {lane.waiting && <path d={lane.waiting} className="waiting" />}
        {lane.chevrons.map((c) => (
          <Chevron key={c.x} x={c.x} y={c.y} moment={c.moment} />
        ))}
        {!lane.socket.answered && <circle cx={lane.socket.x} cy={lane.socket.y} r="7" className="socket-open" />}
      </svg>
      {lane.lost && trace && <LossWords lane={lane} title={outcomeWords[trace.ending.outcome][language]} says={trace.ending.says[language]} top={up(lane.lost.words.y)} />}
    </div>
  );
});

function LossWords({ lane, title, says, top }: { lane: LanePicture; title: string; says: string; top: number }) {
  const { lost } = lane;
  if (!lost) return null;
  const right = lost.words.x < lost.x;
  return (
    <div className="loss" data-unknown={lost.unknown} style={{ left: lost.words.x, top, width: lost.words.width, textAlign: right ? "right" : "left" }}>
      <b>{title}</b>
      <span>{says}</span>
    </div>
  );
}

function Chevron({ x, y, moment }: { x: number; y: number; moment: number }) {
  const phase = usePhase(moment);
  return <path d={`M${x + 3} ${y - 4}L${x - 2} ${y}L${x + 3} ${y + 4}`} className="chevron" data-phase={phase} />;
}

function TrackRuns({ track, left }: { track: Track; left: number }) {
  return (
    <>
      <text x={left - 8} y={track.y + 11} textAnchor="end" className="track-name">
        {track.field}
      </text>
      {track.runs.map((run) => (
        <TrackRunShape key={`${run.x0}`} run={run} y={track.y} />
      ))}
    </>
  );
}

function TrackRunShape({ run, y }: { run: Track["runs"][number]; y: number }) {
  const phase = usePhase(run.moment);
  const plain = run.tone === "plain";
  if (phase === "future") return <path d={`M${run.x0} ${y + 7}H${run.x1}`} className="track-ahead" />;
  return (
    <g className={`track track-${run.tone}`}>
      <rect x={run.x0} y={y} width={Math.max(0, run.x1 - run.x0)} height="14" rx="3" className="ground" />
      {!plain && <rect x={run.x0} y={y} width="3" height="14" rx="1" className="tick" />}
      {run.told && (
        <text x={run.x0 + 8} y={y + 11} className="value">
          {run.value}
        </text>
      )}
    </g>
  );
}
