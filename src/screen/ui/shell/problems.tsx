import type { SideView } from "../../../analysis/view.ts";
import { SideSign } from "../kit/marks.tsx";
import { MissingList } from "../kit/missing-list.tsx";
import { ProblemList } from "../kit/problem-list.tsx";
import { useActions, useApp, useSay, useTexts } from "../kit/store.tsx";

/** What was not understood, each with its line and a caret; nothing is dropped in silence. */
export function Problems({ onClose }: { onClose: () => void }) {
  const t = useTexts();
  const sides = useApp((state) => state.view?.sides);
  const missing = useApp((state) => state.view?.missing) ?? [];
  if (!sides) return null;
  return (
    <section
      className="max-h-[45vh] shrink-0 overflow-y-auto border-b border-line-1 bg-bg-1 px-5 py-3"
      aria-label={t.chips.problems}
    >
      <div className="flex items-center">
        <h2 className="text-heading font-bold">{t.chips.problems}</h2>
        <button type="button" className="button-link ml-auto" onClick={onClose}>
          {t.chips.close}
        </button>
      </div>
      {(["healthy", "broken"] as const).map((name) => {
        const side = sides[name];
        if (!side) return null;
        return (
          <div key={name} className="mt-2">
            <h3 className="flex items-center gap-1.5 font-bold">
              <SideSign side={name} />
              {t.side[name]}
            </h3>
            <Recognised side={side} />
            <ProblemList side={side} />
            <div className="mt-2 max-w-160">
              <MissingList list={missing} side={name} />
            </div>
          </div>
        );
      })}
    </section>
  );
}

/** Every recognised piece of a side, with its place, how much of it there is, and counts. */
function Recognised({ side }: { side: SideView }) {
  const t = useTexts();
  const say = useSay();
  const actions = useActions();
  const names = new Map(side.sources.map((source) => [source.id, source.name]));
  return (
    <ul className="my-1 grid gap-x-6 md:grid-cols-2">
      {side.segments.map((segment) => (
        <li key={`${segment.at.source}${segment.at.from}`} className="flex flex-wrap items-baseline gap-x-2 py-0.5">
          <b>{say(segment.title)}</b>
          <span className="text-text-2">
            {segment.counts.map((c) => `${c.n} ${say(c.of)}`).join(", ")}
            {segment.coverage === "partial" ? `, ${t.chips.partial}` : ""}
          </span>
          <button
            type="button"
            className="button-link mono text-code"
            onClick={() => actions.openText({ source: segment.at.source, line: segment.lines[0] })}
          >
            {names.get(segment.at.source)}, {t.chips.lines(...segment.lines)}
          </button>
        </li>
      ))}
    </ul>
  );
}
