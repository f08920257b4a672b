import { lazy, Suspense } from "react";
import { useActions, useApp, useTexts } from "../kit/store.tsx";
import { Examples } from "./examples.tsx";
import { PasteArea } from "./paste-area.tsx";
import { type Reads, reads, recognised } from "./reads.ts";

const Lessons = lazy(() => import("./lessons.tsx"));

/** First visit, and every later change of the input: two paste areas, the incident, the promise. */
export function Intake() {
  const t = useTexts();
  const actions = useActions();
  const hurts = useApp((state) => state.hurts);
  const full = useApp(
    (state) => state.inputs.length > 0 || state.drafts.healthy.trim() !== "" || state.drafts.broken.trim() !== "",
  );
  const running = useApp((state) => state.work.status === "running");
  return (
    <main className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto w-full max-w-[1240px] px-5 pt-14 pb-16 max-md:px-4 max-md:pt-6">
        <div className="flex flex-wrap items-start justify-between gap-x-10 gap-y-4">
          <div className="min-w-0 flex-1 basis-96">
            <h1 className="text-display font-bold tracking-[-0.6px] max-md:text-[26px] max-md:leading-8">
              {t.intake.title}
            </h1>
            <p className="mt-1 text-[16px] leading-6 text-text-2">{t.intake.lead}</p>
          </div>
          <Examples />
        </div>
        <div className="mt-7 grid gap-4 md:grid-cols-2">
          <PasteArea side="healthy" />
          <PasteArea side="broken" />
        </div>
        <form
          className="mt-4 flex gap-3 max-md:flex-col"
          onSubmit={(event) => {
            event.preventDefault();
            void actions.compare();
          }}
        >
          <label className="flex min-h-10 min-w-0 flex-1 items-center rounded-md border border-line-3 bg-bg-1">
            <span className="shrink-0 border-r border-line-1 px-3.5 text-text-2">{t.intake.hurts}</span>
            <input
              value={hurts}
              onChange={(event) => actions.sayWhatHurts(event.target.value)}
              placeholder={t.intake.hurtsPlaceholder}
              className="h-10 min-w-0 flex-1 rounded-md bg-transparent px-3 placeholder:text-text-3"
            />
          </label>
          <button type="submit" className="button min-h-10 px-5" disabled={!full || running}>
            {t.intake.compare}
          </button>
        </form>
        <Below />
      </div>
    </main>
  );
}

function Below() {
  const t = useTexts();
  return (
    <div className="mt-8 grid gap-x-4 gap-y-8 md:grid-cols-2">
      <section>
        <h2 className="text-heading font-bold">{t.intake.readsTitle}</h2>
        <Kinds list={reads} />
        <p className="mt-2.5 text-small text-text-2">{t.intake.recognised}</p>
        <Kinds list={recognised} />
      </section>
      <div className="grid content-start gap-6">
        <Suspense fallback={<div className="h-24" />}>
          <Lessons />
        </Suspense>
        <section className="border-l-3 border-healthy pl-3">
          <h2 className="text-heading font-bold">{t.intake.privacy}</h2>
          <p className="text-text-2">{t.intake.privacySays}</p>
        </section>
      </div>
    </div>
  );
}

function Kinds({ list }: { list: readonly Reads[] }) {
  return (
    <ul className="mono mt-1.5 flex flex-wrap gap-x-5 gap-y-1 text-code text-text-2">
      {list.map(({ says }) => (
        <li key={says}>{says}</li>
      ))}
    </ul>
  );
}
