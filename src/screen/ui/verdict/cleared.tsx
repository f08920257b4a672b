import type { Diagnosis } from "../../../analysis/view.ts";
import { Command } from "../kit/copy.tsx";
import { Prose } from "../kit/prose.tsx";
import { useActions, useApp, useSay, useTexts } from "../kit/store.tsx";

/** "Nothing wrong found" is an answer: what was checked, what natlens cannot see. Never a green banner. */
export function Cleared({ diagnosis }: { diagnosis: Diagnosis }) {
  const t = useTexts();
  const say = useSay();
  const actions = useActions();
  const shown = useApp((state) => state.shown);
  const symptom = diagnosis.notes.find((note) => note.id === "symptom-not-shown");
  const rests = new Set(
    [...diagnosis.assumptions, ...(shown?.healthy?.assumptions ?? []), ...(shown?.broken?.assumptions ?? [])].map(
      (assumption) => assumption.id,
    ),
  ).size;
  return (
    <>
      <div className="min-w-0 px-5 py-[7px] max-md:px-4">
        <h1 className="text-verdict font-bold tracking-[-0.3px]">
          {diagnosis.flows.length > 0 ? t.verdict.cleared(diagnosis.flows.length) : t.verdict.noFlow}
        </h1>
        {diagnosis.flows.length > 0 && (
          <p className="text-lead text-text-2">
            {t.verdict.clearedSub} {rests > 0 && t.verdict.rests(rests)}
          </p>
        )}
        {symptom && (
          <p className="max-w-[80ch] text-lead">
            <Prose text={say(symptom.says)} />
          </p>
        )}
        <button type="button" className="button-link mt-1 text-small" onClick={() => actions.showDetail("verdict")}>
          {t.verdict.checked}
        </button>
      </div>
      {diagnosis.blind.length > 0 && (
        <div className="min-w-0 border-line-1 px-5 py-[7px] max-xl:border-t max-md:px-4 xl:border-l">
          <h2 className="text-small font-bold">{t.verdict.blind}</h2>
          <ul className="text-small text-text-2">
            {diagnosis.blind.slice(0, 4).map((words) => (
              <li key={words.en}>
                <Prose text={say(words)} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

/** The verdict is a question, with the paste that answers it. */
export function Undecided({ diagnosis }: { diagnosis: Diagnosis }) {
  const t = useTexts();
  const say = useSay();
  const first = diagnosis.undecidable[0];
  return (
    <>
      <div className="min-w-0 px-5 py-[7px] max-md:px-4">
        <h1 className="text-verdict font-bold tracking-[-0.3px]">{t.verdict.open}</h1>
        {first && (
          <p className="max-w-[80ch] text-lead text-text-2">
            <Prose text={say(first.question)} />
          </p>
        )}
      </div>
      {first && (
        <div className="min-w-0 border-line-1 px-5 py-[7px] max-xl:border-t max-md:px-4 xl:border-l">
          <h2 className="mb-1.5 text-small text-text-2">{t.verdict.paste}</h2>
          <Command text={first.paste} />
        </div>
      )}
    </>
  );
}
