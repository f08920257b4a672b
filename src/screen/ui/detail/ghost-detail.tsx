import type { SideName } from "../../../analysis/view.ts";
import type { Moment, Timeline } from "../../diagram/timeline.ts";
import { DumpLine } from "../kit/dump-line.tsx";
import { Prose } from "../kit/prose.tsx";
import { useApp, useSay, useTexts } from "../kit/store.tsx";

/**
 * What should have happened here. For a source that is not replaced it also shows the rule that set the mark on the
 * other side: that is the line which is missing.
 */
export function GhostDetail({ timeline, moment, side }: { timeline: Timeline; moment: Moment; side: SideName }) {
  const t = useTexts();
  const say = useSay();
  const ghost = useApp((state) => state.shown?.ghost);
  const other = side === "broken" ? "healthy" : "broken";
  const cause = causeOf(timeline, other, moment);
  return (
    <section className="mt-5">
      <h3 className="text-heading font-bold">{t.detail.ghost}</h3>
      {ghost?.side === side && (
        <p className="text-text-2">
          <Prose text={`${say(ghost.what)}: ${say(ghost.why)}`} />
        </p>
      )}
      {cause && (
        <>
          <p className="mt-1.5 text-text-2">{t.detail.ghostOn}</p>
          <DumpLine at={cause.at} side={other} text={cause.text} />
          <p className="mt-1.5 rounded-[5px] border border-dashed border-missing px-2.5 py-1 text-small text-missing">
            {t.detail.ghostNone}
          </p>
        </>
      )}
    </section>
  );
}

/** The rule at which the other side's packet was sent to its mark: the last jump before the first mark. */
function causeOf(timeline: Timeline, side: SideName, moment: Moment) {
  const trace = timeline.traces[side];
  if (!trace) return undefined;
  const here = timeline.stop(moment.at[side] ?? "");
  const until = here?.steps.at(-1) ?? trace.steps.length;
  const marks = trace.steps.findIndex(
    (s, i) => i <= until && s.changes.some((c) => c.field === "mark" && c.after !== 0),
  );
  const limit = marks === -1 ? until + 1 : marks;
  const jumps = trace.steps
    .slice(0, limit)
    .filter((s) => s.kind === "rule" && (marks === -1 || s.verdict === "JUMP" || s.verdict === "GOTO"));
  const rule = jumps.at(-1);
  return rule?.kind === "rule" ? { text: rule.text, at: rule.place.at } : undefined;
}
