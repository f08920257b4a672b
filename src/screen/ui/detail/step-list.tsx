import { useEffect, useRef } from "react";
import { titleOf } from "../../diagram/stop-words.ts";
import type { Moment, Timeline } from "../../diagram/timeline.ts";
import { selectTimeline } from "../../state/timelines.ts";
import { SideSign } from "../kit/marks.tsx";
import { Prose } from "../kit/prose.tsx";
import { useActions, useApp, useLanguage, useSay, useTexts } from "../kit/store.tsx";

/** The same hops as the diagram, as an ordered list: for reading, and for those who do not see the drawing. */
export function StepList() {
  const timeline = useApp(selectTimeline);
  const moment = useApp((state) => state.moment);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelectorAll("li > button")[moment]?.scrollIntoView({ block: "nearest" });
  }, [moment]);
  if (!timeline) return null;
  return (
    <div ref={list}>
      <Half timeline={timeline} from={0} to={timeline.replyFrom} title="request" current={moment} />
      {timeline.replyFrom < timeline.moments.length && (
        <Half
          timeline={timeline}
          from={timeline.replyFrom}
          to={timeline.moments.length}
          title="reply"
          current={moment}
        />
      )}
    </div>
  );
}

function Half({
  timeline,
  from,
  to,
  title,
  current,
}: {
  timeline: Timeline;
  from: number;
  to: number;
  title: "request" | "reply";
  current: number;
}) {
  const t = useTexts();
  const language = useLanguage();
  const actions = useActions();
  return (
    <>
      <h2 className="mt-3 mb-1 text-heading font-bold first:mt-0">{t.detail[title]}</h2>
      <ol start={from + 1} className="-mx-2">
        {timeline.moments.slice(from, to).map((m) => {
          const stops = timeline.sides.map((side) => ({ side, stop: timeline.stop(m.at[side] ?? "") }));
          const first = stops.find((s) => s.stop)?.stop;
          const trace = first && timeline.traces[first.side];
          return (
            <li key={m.index}>
              <button
                type="button"
                aria-current={m.index === current ? "step" : undefined}
                onClick={() => actions.selectMoment(m.index)}
                className="grid w-full grid-cols-[26px_1fr] gap-x-1 rounded px-2 py-1 text-left hover:bg-bg-2 aria-[current]:bg-bg-2"
              >
                <span className="text-right text-text-3 tabular-nums">{m.index + 1}</span>
                <span className="min-w-0 pl-1.5">
                  <b className="mono text-code break-words">{first && trace ? titleOf(first, trace, language) : ""}</b>
                  {m.diverges && (
                    <span className="ml-2 rounded-[3px] bg-text-1 px-1 text-label font-bold text-bg-1">
                      {t.diagram.divergence}
                    </span>
                  )}
                  <Said timeline={timeline} moment={m} />
                </span>
              </button>
            </li>
          );
        })}
      </ol>
    </>
  );
}

/** What happens on each side; what is the same on both stands once. */
function Said({ timeline, moment }: { timeline: Timeline; moment: Moment }) {
  const t = useTexts();
  const say = useSay();
  const said = timeline.sides.flatMap((side) => {
    const stop = timeline.stop(moment.at[side] ?? "");
    const step = stop && timeline.traces[side]?.steps[stop.main];
    if (step) return [{ side, text: say(step.says) }];
    return moment.ghost === side ? [{ side, text: t.detail.waits[side] }] : [];
  });
  const same = said.length === 2 && said[0]?.text === said[1]?.text;
  return (same ? said.slice(0, 1) : said).map(({ side, text }) => (
    <span key={side} className="flex items-start gap-1.5 text-text-2">
      <span className="mt-[5px] flex gap-0.5">
        {(same ? timeline.sides : [side]).map((sign) => (
          <SideSign key={sign} side={sign} size={8} />
        ))}
      </span>
      <span className="said">{same ? t.detail.same : t.side[side]}: </span>
      <span className="min-w-0 break-words">
        <Prose text={text} />
      </span>
    </span>
  ));
}
