import { Fragment } from "react";
import type { SideName } from "../../../analysis/view.ts";
import type { Cell } from "../../diagram/upright.ts";

/** One station of one lane, upright: a box for what changes the packet, a sign for everything else. */
export function UprightCell({ side, cell, x, current }: { side: SideName; cell: Cell; x: number; current: boolean }) {
  const boxed = cell.kind === "mark" || cell.kind === "plate" || cell.kind === "ghost" || cell.kind === "peer";
  if (boxed)
    return (
      <span data-side={side} data-current={current} className={`upright-box upright-${cell.kind}`} style={{ left: x }}>
        {cell.lines.map((line) => (
          <Fragment key={line}>
            <span>{line}</span>
          </Fragment>
        ))}
      </span>
    );
  return (
    <svg
      width="36"
      height="40"
      viewBox="-18 -20 36 40"
      className="stop absolute top-1/2 -translate-x-1/2 -translate-y-1/2"
      style={{ left: x }}
      data-side={side}
      aria-hidden="true"
    >
      {current &&
        (cell.kind === "capsule" ? (
          <rect x="-12.5" y="-18" width="25" height="36" rx="12.5" className="halo" />
        ) : (
          <circle r="12" className="halo" />
        ))}
      {cell.kind === "capsule" ? (
        <>
          <rect x="-9" y="-15" width="18" height="30" rx="9" className="tube" />
          <path d="M-3.4 2.6L0 -2.8L3.4 2.6Z" className="solid tone-dnat" />
        </>
      ) : cell.kind === "lost" ? (
        <>
          <rect x="-10" y="-10" width="20" height="20" rx="3" className="solid tone-drop" />
          <path d="M-4.2 -4.2L4.2 4.2M4.2 -4.2L-4.2 4.2" className="cross" />
        </>
      ) : cell.kind === "unknown" ? (
        <>
          <circle r="13" className="unknown" />
          <text y="4.5" textAnchor="middle" className="question">
            ?
          </text>
        </>
      ) : (
        <circle r={cell.kind === "terminus" ? 7 : 5.5} className="rim" />
      )}
    </svg>
  );
}
