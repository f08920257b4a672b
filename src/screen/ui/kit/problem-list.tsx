import { useState } from "react";
import type { ShownDiagnostic, SideView } from "../../../analysis/view.ts";
import { SeverityMark } from "./marks.tsx";
import { Prose } from "./prose.tsx";
import { useActions, useSay, useTexts } from "./store.tsx";

type Severity = ShownDiagnostic["severity"];
const severities: readonly Severity[] = ["error", "warning", "info"];
/** Remarks of one kind that are shown before somebody asks for the rest. */
const few = 3;

/** What was not understood of a side, each with its line and a caret; nothing is dropped in silence. */
export function ProblemList({ side }: { side: SideView }) {
  const t = useTexts();
  const [only, setOnly] = useState<Severity | "all">("all");
  const there = severities.filter((severity) => side.counts[severity] > 0);
  if (there.length === 0) return <p className="py-1 text-text-2">{t.problems.none}</p>;
  const shown =
    only === "all" || !there.includes(only) ? side.diagnostics : side.diagnostics.filter((d) => d.severity === only);
  const left = side.diagnosticsInAll - side.diagnostics.length;
  return (
    <>
      {side.diagnosticsInAll > few && there.length > 1 && (
        <fieldset className="flex flex-wrap items-center gap-1 py-1" aria-label={t.problems.filter}>
          {(["all", ...there] as const).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={only === one}
              onClick={() => setOnly(one)}
              className="min-h-6 rounded px-1.5 text-small text-text-2 hover:text-text-1 aria-pressed:bg-bg-2 aria-pressed:font-bold aria-pressed:text-text-1 max-md:min-h-8"
            >
              {one === "all" ? t.problems.all : t.problems.severity[one]}{" "}
              {one === "all" ? side.diagnosticsInAll : side.counts[one]}
            </button>
          ))}
        </fieldset>
      )}
      <ul>
        {byKind(shown).map((group) => (
          <Group key={`${group[0]?.code}`} group={group} />
        ))}
      </ul>
      {left > 0 && <p className="py-1 text-text-2">{t.problems.left(left)}</p>}
    </>
  );
}

/** Remarks of one code stand together, the gravest kinds first, then in the order of the text. */
function byKind(list: readonly ShownDiagnostic[]): readonly (readonly ShownDiagnostic[])[] {
  const groups = new Map<string, ShownDiagnostic[]>();
  for (const d of list) {
    const group = groups.get(d.code);
    if (group) group.push(d);
    else groups.set(d.code, [d]);
  }
  const rank = (group: readonly ShownDiagnostic[]): number => severities.indexOf(group[0]?.severity ?? "info");
  return [...groups.values()].sort((a, b) => rank(a) - rank(b));
}

function Group({ group }: { group: readonly ShownDiagnostic[] }) {
  const t = useTexts();
  const [all, setAll] = useState(false);
  const shown = all ? group : group.slice(0, few);
  return (
    <>
      {shown.map((d) => (
        <Problem key={`${d.source}${d.at.from}-${d.at.to}`} problem={d} />
      ))}
      {group.length > few && (
        <li className="border-b border-line-1 py-1.5">
          <button type="button" className="button-link" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t.problems.less : t.problems.more(group.length - few)}
          </button>
        </li>
      )}
    </>
  );
}

function Problem({ problem }: { problem: ShownDiagnostic }) {
  const t = useTexts();
  const say = useSay();
  const actions = useActions();
  return (
    <li className="border-b border-line-1 py-2 last:border-0">
      <div className="flex gap-2">
        <span className="pt-0.5">
          <SeverityMark severity={problem.severity} />
        </span>
        <div className="min-w-0 flex-1">
          <p>
            <span className="said">{t.problems.one[problem.severity]}: </span>
            <b>
              <Prose text={say(problem.message)} />
            </b>
          </p>
          <button
            type="button"
            className="button-link mono text-code break-all"
            onClick={() => actions.openText({ source: problem.source, line: problem.line })}
          >
            {problem.file}:{problem.line}:{problem.column}
            <span className="said"> {t.chips.show}</span>
          </button>
          {problem.frame !== "" && (
            <pre
              className="mono mt-1 overflow-x-auto rounded bg-bg-2 px-2 py-1 text-code text-text-1"
              // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
              tabIndex={0}
            >
              {problem.frame}
            </pre>
          )}
          {problem.advice && (
            <p className="mt-1 text-text-2">
              <Prose text={say(problem.advice)} />
            </p>
          )}
        </div>
      </div>
    </li>
  );
}
