import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import type { PlacedStop } from "../../diagram/picture.ts";
import type { StopNode as StopNodeType } from "./elements.ts";
import { usePhase } from "./phase.ts";

export const StopNode = memo(function StopNode({ data, width = 24, height = 24 }: NodeProps<StopNodeType>) {
  const { stop } = data;
  const phase = usePhase(stop.moment, stop.side);
  const asked = phase === "hidden";
  const kind = asked && stop.shape !== "peer" ? (stop.reply || stop.shape === "notch" ? "none" : "open") : "shown";
  return (
    <>
      <Handle type="target" position={Position.Left} className="natlens-handle" />
      {kind === "none" ? null : kind === "open" ? (
        <svg
          width={width}
          height={height}
          viewBox={`${-width / 2} ${-height / 2} ${width} ${height}`}
          className="stop"
          data-phase="future"
          data-side={stop.side}
          aria-hidden="true"
        >
          {stop.level === 0 ? <circle r="5" className="rim" /> : <Shape stop={{ ...stop, shape: "unknown" }} />}
        </svg>
      ) : stop.shape === "plate" || stop.shape === "peer" ? (
        <div
          className={`stop-box stop-${stop.shape}`}
          data-phase={asked ? "future" : phase}
          data-side={stop.side}
          data-long={(stop.lines?.[1]?.length ?? 0) > 26}
        >
          {stop.lines?.map((line, i) => (
            <span key={line} className={i === 0 ? "first" : "second"}>
              {line}
            </span>
          ))}
        </div>
      ) : (
        <svg
          width={width}
          height={height}
          viewBox={`${-width / 2} ${-height / 2} ${width} ${height}`}
          className="stop"
          data-phase={phase}
          data-side={stop.side}
          aria-hidden="true"
        >
          {phase === "here" && stop.shape !== "notch" && <Ring stop={stop} />}
          {stop.assumed && stop.shape !== "notch" && (
            <circle r={stop.shape === "capsule" ? 0 : 9.5} className="assumed" />
          )}
          <Shape stop={stop} />
        </svg>
      )}
      <Handle type="source" position={Position.Right} className="natlens-handle" />
    </>
  );
});

function Ring({ stop }: { stop: PlacedStop }) {
  if (stop.shape === "capsule")
    return (
      <rect x="-12.5" y={stop.reply ? -15 : -18} width="25" height={stop.reply ? 30 : 36} rx="12.5" className="halo" />
    );
  if (stop.shape === "square" || stop.shape === "lost")
    return <rect x="-11" y="-11" width="22" height="22" rx="4" className="halo" />;
  return <circle r={stop.shape === "terminus" || stop.shape === "socket" ? 12 : 11} className="halo" />;
}

function Shape({ stop }: { stop: PlacedStop }) {
  const { shape, effect, reply } = stop;
  switch (shape) {
    case "terminus":
      return <circle r="7" className="rim" />;
    case "square": {
      const half = reply ? 5 : 7;
      return (
        <rect
          x={-half}
          y={-half}
          width={2 * half}
          height={2 * half}
          rx="2"
          className={`solid tone-${effect ?? "mark"}`}
        />
      );
    }
    case "capsule":
      return (
        <>
          <rect
            x={reply ? -7 : -9}
            y={reply ? -10 : -15}
            width={reply ? 14 : 18}
            height={reply ? 20 : 30}
            rx={reply ? 7 : 9}
            className="tube"
          />
          {!reply && <path d="M-3.4 2.6L0 -2.8L3.4 2.6Z" className="solid tone-dnat" />}
        </>
      );
    case "notch":
      return <path d="M0 0V8" className="notch" />;
    case "socket":
      return <circle r="7" className="socket" />;
    case "lost":
      return (
        <>
          <rect x="-10" y="-10" width="20" height="20" rx="3" className="solid tone-drop" />
          <path d="M-4.2 -4.2L4.2 4.2M4.2 -4.2L-4.2 4.2" className="cross" />
        </>
      );
    case "unknown":
      return (
        <>
          <circle r="13" className="unknown" />
          <text y="4.5" textAnchor="middle" className="question">
            ?
          </text>
        </>
      );
    default:
      return <circle r={reply ? 4.4 : 5} className="rim" />;
  }
}
