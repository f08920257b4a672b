import type { EdgeProps } from "@xyflow/react";
import { memo } from "react";
import type { SectionEdge as SectionType } from "./elements.ts";
import { usePhase } from "./phase.ts";

/** One section of a lane's line, with a light core while the packet bears a mark. */
export const SectionEdge = memo(function SectionEdge({ data }: EdgeProps<SectionType>) {
  const phase = usePhase(data?.section.moment ?? 0, data?.side ?? "healthy");
  if (!data) return null;
  const { section, side } = data;
  if (phase === "hidden" && section.reply) return null;
  return (
    <g data-side={side} data-phase={phase} className={section.reply ? "section reply" : "section"}>
      <path d={section.path} className={section.dotted || phase === "hidden" ? "line dotted" : "line"} />
      {section.core && phase !== "future" && phase !== "hidden" && <path d={section.path} className="core" />}
    </g>
  );
});
