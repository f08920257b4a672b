import type { ShownDiagnostic, SideView } from "../../../analysis/view.ts";
import { SideSign } from "../kit/marks.tsx";
import { Prose } from "../kit/prose.tsx";
import { useActions, useApp, useSay, useTexts } from "../kit/store.tsx";

/** What was not understood, each with its line and a caret; nothing is dropped in silence. */
export function Problems({ onClose }: { onClose: () => void }) {
  const t = useTexts();
  const sides = useApp((state) => state.view?.sides);
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
        const rest = side.diagnosticsInAll - side.diagnostics.length;
        return (
          <div key={name} className="mt-2">
            <h3 className="flex items-center gap-1.5 font-bold">
              <SideSign side={name} />
              {t.side[name]}
            </h3>
            <Recognised side={side} />
            <ul>
              {side.diagnostics.map((d) => (
                <Problem key={`${d.code}${d.source}${d.line}${d.column}`} problem={d} />
              ))}
            </ul>
            {rest > 0 && <p className="text-text-3">{t.chips.more(rest)}</p>}
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

function Problem({ problem }: { problem: ShownDiagnostic }) {
  const t = useTexts();
  const say = useSay();
  const actions = useActions();
  return (
    <li className="border-b border-line-1 py-2 last:border-0">
      <p className="flex flex-wrap gap-x-3">
        <span className={problem.severity === "error" ? "font-bold text-drop" : "font-bold"}>
          <Prose text={say(problem.message)} />
        </span>
        <button
          type="button"
          className="button-link mono text-code"
          onClick={() => actions.openText({ source: problem.source, line: problem.line })}
        >
          {problem.file}:{problem.line}:{problem.column}
          <span className="said">{t.chips.show}</span>
        </button>
      </p>
      <pre className="mono mt-1 overflow-x-auto rounded bg-bg-2 px-2 py-1 text-code text-text-2">{problem.frame}</pre>
      {problem.advice && (
        <p className="mt-1 text-text-2">
          <Prose text={say(problem.advice)} />
        </p>
      )}
    </li>
  );
}
