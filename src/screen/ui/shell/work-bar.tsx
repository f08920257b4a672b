import { sizeWords } from "../kit/size-words.ts";
import { useActions, useApp, useTexts } from "../kit/store.tsx";

/** What the analysis is doing, or why it stopped. Absent when all is done. */
export function WorkBar() {
  const t = useTexts();
  const actions = useActions();
  const work = useApp((state) => state.work);
  if (work.status === "idle" || work.status === "done") return null;
  if (work.status === "running") {
    const part = work.total > 0 ? Math.min(1, work.done / work.total) : 0;
    const of =
      work.stage === "reading" && work.total > 1000
        ? t.work.of(sizeWords(work.done), sizeWords(work.total))
        : work.total > 1
          ? t.work.of(String(work.done), String(work.total))
          : "";
    return (
      <div className="relative flex h-9 shrink-0 items-center gap-4 border-b border-line-1 bg-bg-1 px-4 text-small text-text-2">
        <span>
          {t.work.stage[work.stage]} {of}
        </span>
        {/* said at every quarter, not at every step */}
        <span className="said" role="status">
          {t.work.stage[work.stage]}
          {part > 0.25 ? ` ${Math.floor(part * 4) * 25} %` : ""}
        </span>
        <button type="button" className="button-link" onClick={() => actions.cancelWork()}>
          {t.work.cancel}
        </button>
        <div
          className="absolute bottom-0 left-0 h-0.5 w-full origin-left bg-text-1"
          style={{ transform: `scaleX(${part})` }}
        />
      </div>
    );
  }
  return (
    <div
      className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line-1 bg-bg-1 px-4 py-1 text-small"
      role="alert"
    >
      <b className="text-drop">{work.status === "died" ? t.work.died : t.work.failed}</b>
      {work.status === "failed" && (
        <span className="text-text-2">
          {t.work.report}: <code className="mono">{work.message}</code>
        </span>
      )}
      <button type="button" className="button-link" onClick={() => void actions.runAgain()}>
        {t.work.again}
      </button>
    </div>
  );
}
