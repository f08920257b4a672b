import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { useLanguage, useTexts } from "../kit/store.tsx";
import type {
  BandsNode as Bands,
  FlagNode as Flag,
  GhostNode as GhostType,
  LabelNode as LabelType,
} from "./elements.ts";
import { usePhase } from "./phase.ts";

/** Grounds of the columns, and the hairline through both lanes where they part. */
export const BandsNode = memo(function BandsNode({ data }: NodeProps<Bands>) {
  const { picture } = data;
  return (
    <svg width={picture.width} height={picture.height} aria-hidden="true">
      {picture.columns.map((column, i) =>
        i % 2 === 1 ? (
          <rect key={column.key} x={column.x0} width={column.x1 - column.x0} height={picture.height} className="band" />
        ) : null,
      )}
      {picture.divergence && (
        <path
          d={`M${picture.divergence.x} ${picture.divergence.y0 + 8}V${picture.divergence.y1 - 8}`}
          className="hairline"
        />
      )}
    </svg>
  );
});

export const LabelNode = memo(function LabelNode({ data }: NodeProps<LabelType>) {
  const { label, side } = data;
  const phase = usePhase(label.moment, side);
  if (phase === "hidden" && label.lines.some((line) => line.tone !== "name")) return null;
  return (
    <div className="label" data-align={label.align} data-phase={phase}>
      {label.lines.map((line) => (
        <span key={line.text} className={`tone-${line.tone}`}>
          {line.text}
        </span>
      ))}
    </div>
  );
});

/** What should have stood here. It is no stop: the packet passes it. */
export const GhostNode = memo(function GhostNode({ data }: NodeProps<GhostType>) {
  const { ghost, side } = data;
  const language = useLanguage();
  // A ghost is the answer to the question.
  if (usePhase(ghost.moment, side) === "hidden") return null;
  return (
    <div className={ghost.large ? "ghost ghost-large" : "ghost"}>
      {ghost.large ? (
        <>
          <span className="what">{ghost.what[language]}</span>
          {ghost.why && <span>{ghost.why[language]}</span>}
        </>
      ) : (
        <span className="beneath">{ghost.what[language]}</span>
      )}
    </div>
  );
});

export const FlagNode = memo(function FlagNode(_: NodeProps<Flag>) {
  const t = useTexts();
  return (
    <div className="flag">
      <svg width="8" height="10" viewBox="0 0 8 10" aria-hidden="true">
        <path d="M0 0L8 5L0 10Z" fill="currentColor" />
      </svg>
      {t.diagram.divergence}
    </div>
  );
});
