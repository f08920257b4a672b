import { useActions, useApp, useTexts } from "../kit/store.tsx";

/** The solid button of the first visit: the incident as a real kernel recorded it; and as it was reported. */
export function Examples({ primary }: { primary: boolean }) {
  const t = useTexts();
  const actions = useActions();
  const running = useApp((state) => state.work.status === "running" && state.work.for === "verdict");
  return (
    <div className="flex flex-col items-end gap-1 max-md:w-full max-md:items-stretch">
      <button
        type="button"
        data-example="incident"
        className={`button min-h-10 px-5 text-[14px] ${primary ? "button-primary" : ""}`}
        disabled={running}
        onClick={() => void actions.openExample("incident")}
      >
        {t.intake.load}
      </button>
      <p className="text-small text-text-2 max-md:text-center">{t.intake.loadSub}</p>
      <button
        type="button"
        className="button-link text-small max-md:text-center"
        disabled={running}
        onClick={() => void actions.openExample("incident-as-reported")}
      >
        {t.intake.reported}
      </button>
    </div>
  );
}
