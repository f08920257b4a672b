import type { FlowView, SideName } from "../../../analysis/view.ts";
import { titleOf } from "../../diagram/stop-words.ts";
import type { LaneStop, Moment, Timeline } from "../../diagram/timeline.ts";
import { selectTimeline } from "../../state/timelines.ts";
import { SideSign } from "../kit/marks.tsx";
import { useActions, useApp, useLanguage, useSay, useTexts } from "../kit/store.tsx";
import { Assumed, Branches } from "./branches.tsx";
import { GhostDetail } from "./ghost-detail.tsx";
import { StepFacts } from "./step-facts.tsx";

/** What happens at the selected moment, on each side: the rule, what changed, what it rests on. */
export function StepDetail() {
  const t = useTexts();
  const actions = useActions();
  const language = useLanguage();
  const timeline = useApp(selectTimeline);
  const index = useApp((state) => state.moment);
  const told = useApp((state) => state.shown?.ghost);
  const moment = timeline?.moments[index];
  if (!timeline || !moment) return null;
  const main = timeline.stop(moment.at.broken ?? moment.at.healthy ?? "");
  const trace = main && timeline.traces[main.side];
  const missing = moment.ghost ?? loneGhost(timeline, moment, told);
  const both = moment.at.healthy !== undefined && moment.at.broken !== undefined;
  return (
    <>
      <p className="text-small text-text-3">
        {t.detail.stepOf(index + 1, timeline.moments.length)},{" "}
        {both ? t.detail.both : main ? t.detail.only[main.side] : ""}
      </p>
      <h2 className="mono mt-0.5 text-[14px] leading-5 font-bold break-words">
        {main && trace ? titleOf(main, trace, language) : ""}
      </h2>
      {both && sameOnBoth(timeline, moment) ? (
        <Same timeline={timeline} moment={moment} />
      ) : (
        timeline.sides.map((side) => <Side key={side} timeline={timeline} moment={moment} side={side} />)
      )}
      {missing && <GhostDetail timeline={timeline} moment={moment} side={missing} />}
      <Branches timeline={timeline} moment={moment} />
      <Assumed timeline={timeline} moment={moment} />
      {timeline.divergence !== undefined && timeline.divergence !== index && (
        <button type="button" className="button mt-5" onClick={() => actions.goToDivergence()}>
          {t.detail.divergence}
        </button>
      )}
    </>
  );
}

/** With one node alone no other lane shows where a step is missing: the analysis tells. */
function loneGhost(timeline: Timeline, moment: Moment, told: FlowView["ghost"]): SideName | undefined {
  if (!told || timeline.sides.length > 1) return undefined;
  return timeline.stop(moment.at[told.side] ?? "")?.steps.includes(told.step) ? told.side : undefined;
}

const stopOf = (timeline: Timeline, moment: Moment, side: SideName): LaneStop | undefined =>
  timeline.stop(moment.at[side] ?? "");

/** Both packets meet the same thing here: it is said once. */
function sameOnBoth(timeline: Timeline, moment: Moment): boolean {
  if (moment.ghost || moment.diverges) return false;
  const [a, b] = (["healthy", "broken"] as const).map((side) => {
    const stop = stopOf(timeline, moment, side);
    const trace = timeline.traces[side];
    return stop && trace ? stop.steps.map((i) => trace.steps[i]?.says.en).join("|") : "";
  });
  return a === b;
}

function Same({ timeline, moment }: { timeline: Timeline; moment: Moment }) {
  const t = useTexts();
  const stop = stopOf(timeline, moment, "broken");
  const trace = timeline.traces.broken;
  if (!stop || !trace) return null;
  return (
    <section className="mt-4">
      <h3 className="flex items-center gap-1.5 font-bold">
        <SideSign side="healthy" size={10} />
        <SideSign side="broken" size={10} />
        {t.detail.same}
      </h3>
      <StepFacts stop={stop} trace={trace} />
    </section>
  );
}

function Side({ timeline, moment, side }: { timeline: Timeline; moment: Moment; side: SideName }) {
  const t = useTexts();
  const say = useSay();
  const stop = stopOf(timeline, moment, side);
  const trace = timeline.traces[side];
  if (!trace) return null;
  const stands = timeline.stop(moment.stands[side] ?? "");
  return (
    <section className="mt-4">
      <h3 className="flex items-center gap-1.5 font-bold">
        <SideSign side={side} size={10} />
        {t.side[side]}
      </h3>
      {stop ? (
        <StepFacts stop={stop} trace={trace} />
      ) : (
        <p className="text-text-2">{stands?.shape === "lost" ? say(trace.ending.says) : t.detail.waits[side]}</p>
      )}
    </section>
  );
}
