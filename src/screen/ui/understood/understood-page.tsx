import { useEffect, useState } from "react";
import type { UnderstoodPart, UnderstoodView } from "../../../analysis/understood.ts";
import { Prose } from "../kit/prose.tsx";
import { useActions, useSay, useTexts } from "../kit/store.tsx";

type Level = UnderstoodPart["level"];
const order: readonly Level[] = ["modelled", "caveat", "inert", "recognised"];

/** All that natlens understands: kinds of dumps, matches and targets with how far each is simulated. */
export default function UnderstoodPage() {
  const t = useTexts();
  const say = useSay();
  const actions = useActions();
  const { understood } = actions;
  const [all, setAll] = useState<UnderstoodView>();
  const [wanted, setWanted] = useState("");
  useEffect(() => {
    let gone = false;
    understood().then(
      (answer) => {
        if (!gone) setAll(answer);
      },
      () => undefined, // the page says that the list is on its way; coming back asks again
    );
    return () => {
      gone = true;
    };
  }, [understood]);
  const words = wanted
    .toLowerCase()
    .split(/[\s,，、]+/)
    .filter((word) => word !== "");
  const has = (...texts: readonly string[]): boolean => {
    const text = texts.join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const fits = (part: UnderstoodPart): boolean =>
    has(part.name, `-m ${part.name}`, `-j ${part.name}`, ...part.options, part.note ? say(part.note) : "");
  const formats = (all?.formats ?? []).filter(({ id, title }) => has(id, say(title)));
  const parts = (all?.parts ?? []).filter(fits);
  const matches = parts.filter((part) => part.kind === "match");
  const targets = parts.filter((part) => part.kind === "target");
  return (
    <main className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto w-full max-w-[1080px] px-5 pt-10 pb-16 max-md:px-4 max-md:pt-6">
        <button type="button" className="button-link" onClick={() => actions.goTo({ page: "work" })}>
          {t.understood.back}
        </button>
        <h1 className="mt-2 text-verdict font-bold">{t.understood.title}</h1>
        <p className="mt-1 max-w-[72ch] text-lead text-text-2">{t.understood.lead}</p>
        <label className="mt-5 flex min-h-10 max-w-120 items-center rounded-md border border-line-3 bg-bg-1">
          <span className="shrink-0 border-r border-line-1 px-3.5 text-text-2">{t.understood.search}</span>
          <input
            type="search"
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
            placeholder={t.understood.placeholder}
            className="mono h-10 min-w-0 flex-1 rounded-md bg-transparent px-3 text-code placeholder:text-text-3"
          />
        </label>
        <div role="status">
          {!all && <p className="mt-6 text-text-2">{t.understood.loading}</p>}
          {all && formats.length + matches.length + targets.length === 0 && (
            <p className="mt-6 text-lead">{t.understood.none}</p>
          )}
        </div>
        {formats.length > 0 && (
          <Section title={t.understood.formats} count={formats.length}>
            <ul className="mono flex flex-wrap gap-x-6 gap-y-1 text-code">
              {formats.map(({ id, title }) => (
                <li key={id}>{say(title)}</li>
              ))}
            </ul>
          </Section>
        )}
        {all && matches.length > 0 && (
          <Section title={t.understood.matches} count={matches.length}>
            <Parts list={matches} levels={all.levels} />
          </Section>
        )}
        {all && targets.length > 0 && (
          <Section title={t.understood.targets} count={targets.length}>
            <Parts list={targets} levels={all.levels} />
          </Section>
        )}
      </div>
    </main>
  );
}

function Section({ title, count, children }: { title: string; count: number; children: React.ReactNode }) {
  return (
    <section className="mt-8">
      <h2 className="mb-2 flex items-baseline gap-2 text-heading font-bold">
        {title}
        <span className="text-small font-normal text-text-3">{count}</span>
      </h2>
      {children}
    </section>
  );
}

/** The best understood first: what a reader wants to know is where the line is. */
function Parts({ list, levels }: { list: readonly UnderstoodPart[]; levels: UnderstoodView["levels"] }) {
  const t = useTexts();
  const say = useSay();
  return order.map((level) => {
    const parts = list.filter((part) => part.level === level);
    if (parts.length === 0) return null;
    return (
      <div key={level} className="grid gap-x-5 border-t border-line-1 py-2.5 md:grid-cols-[220px_minmax(0,1fr)]">
        <h3>
          <LevelMark level={level} /> <b>{t.understood.support[level]}</b>
          <span className="block text-small text-text-2 max-md:mb-1">{say(levels[level])}</span>
        </h3>
        <ul className={parts.some((part) => part.note) ? "grid gap-1" : "flex flex-wrap gap-x-5 gap-y-1"}>
          {parts.map((part) => (
            <li key={`${part.name}${part.family ?? ""}`} className="flex flex-wrap gap-x-3">
              <code className="mono text-code whitespace-nowrap text-text-1">
                <span className="text-text-3">{part.kind === "match" ? "-m" : "-j"}</span> {part.name}
                {part.family && <span className="text-text-3"> IPv{part.family}</span>}
              </code>
              {part.note && (
                <span className="min-w-0 flex-1 basis-64 text-text-2">
                  <Prose text={say(part.note)} />
                </span>
              )}
            </li>
          ))}
        </ul>
      </div>
    );
  });
}

/** A full disc evaluates, a ringed one under an assumption; a dotted ring stays unknown; a dash does nothing. */
function LevelMark({ level }: { level: Level }) {
  return (
    <svg
      width="12"
      height="12"
      viewBox="0 0 12 12"
      fill="none"
      aria-hidden="true"
      className="inline-block align-[-1px]"
    >
      {level === "inert" ? (
        <path d="M2 6H10" stroke="var(--text-3)" strokeWidth="1.8" />
      ) : (
        <>
          {level !== "recognised" && <circle cx="6" cy="6" r={level === "caveat" ? 2.6 : 4} fill="var(--text-1)" />}
          {level !== "modelled" && (
            <circle cx="6" cy="6" r="5" stroke="var(--unknown)" strokeWidth="1.4" strokeDasharray="1.4 2" />
          )}
        </>
      )}
    </svg>
  );
}
