import { ChevronFirst, ChevronLast, Pause, Play, StepBack, StepForward } from "lucide-react";
import type { ReactNode } from "react";
import { titleOf } from "../../diagram/stop-words.ts";
import { speeds } from "../../state/play-actions.ts";
import { selectTimeline } from "../../state/timelines.ts";
import { useActions, useApp, useLanguage, useTexts } from "../kit/store.tsx";
import { Scrubber } from "./scrubber.tsx";

/** 66 px under the diagram; on a phone fixed at the bottom with controls of 44 px. */
export function Transport() {
  const t = useTexts();
  const language = useLanguage();
  const actions = useActions();
  const timeline = useApp(selectTimeline);
  const moment = useApp((state) => state.moment);
  const playing = useApp((state) => state.playing);
  const speed = useApp((state) => state.speed);
  const open = useApp((state) => state.detailOpen);
  if (!timeline) return null;
  const here = timeline.moments[moment];
  const stop = timeline.stop(here?.at.broken ?? here?.at.healthy ?? "");
  const trace = stop && timeline.traces[stop.side];
  const title = stop && trace ? titleOf(stop, trace, language) : "";
  const count = timeline.moments.length;
  return (
    <section
      aria-label={t.transport.label}
      className="transport flex h-[66px] shrink-0 items-center gap-2 border-t border-line-1 bg-bg-1 px-4 max-md:h-[72px] max-md:gap-1 max-md:px-2"
    >
      <div className="flex items-center gap-0.5">
        <Control name={t.transport.first} onClick={() => actions.selectMoment(0)} rare>
          <ChevronFirst size={18} />
        </Control>
        <Control name={t.transport.back} onClick={() => actions.stepBy(-1)}>
          <StepBack size={16} fill="currentColor" />
        </Control>
        <button
          type="button"
          onClick={() => actions.togglePlay()}
          aria-label={playing ? t.transport.pause : t.transport.play}
          className="mx-1.5 grid size-8 place-items-center rounded-md bg-action text-on-action max-md:size-11"
        >
          {playing ? (
            <Pause size={16} fill="currentColor" strokeWidth={0} />
          ) : (
            <Play size={16} fill="currentColor" strokeWidth={0} />
          )}
        </button>
        <Control name={t.transport.forward} onClick={() => actions.stepBy(1)}>
          <StepForward size={16} fill="currentColor" />
        </Control>
        <Control name={t.transport.last} onClick={() => actions.selectMoment(count - 1)} rare>
          <ChevronLast size={18} />
        </Control>
      </div>
      <div className="ml-2 w-44 shrink-0 overflow-hidden max-md:hidden" aria-hidden="true">
        <div className="mono truncate text-code font-bold">{title}</div>
        <div className="text-small text-text-2">{t.transport.step(moment + 1, count)}</div>
      </div>
      <p className="said" role="status" aria-live="polite">
        {playing ? "" : `${t.transport.step(moment + 1, count)}: ${title}`}
      </p>
      <Scrubber timeline={timeline} />
      <select
        aria-label={t.transport.speed}
        value={speed}
        onChange={(event) => actions.setSpeed(Number(event.target.value))}
        className="min-h-8 shrink-0 rounded-md bg-bg-1 text-small text-text-2 max-md:hidden"
      >
        {speeds.map((s) => (
          <option key={s} value={s}>
            {s}×
          </option>
        ))}
      </select>
      <button
        type="button"
        className="button max-md:px-2.5 xl:hidden"
        aria-expanded={open}
        onClick={() => (open ? actions.closeDetail() : actions.showDetail("step"))}
      >
        {t.detail.open_}
      </button>
    </section>
  );
}

function Control({
  name,
  onClick,
  rare = false,
  children,
}: {
  name: string;
  onClick: () => void;
  rare?: boolean;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      aria-label={name}
      onClick={onClick}
      className={`grid size-8 place-items-center rounded-md text-text-1 hover:bg-bg-2 max-md:size-11 ${rare ? "max-md:hidden" : ""}`}
    >
      {children}
    </button>
  );
}
