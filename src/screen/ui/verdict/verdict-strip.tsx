import type { Finding } from "../../../analysis/view.ts";
import { Prose } from "../kit/prose.tsx";
import { useActions, useApp, useSay, useTexts } from "../kit/store.tsx";
import { Cleared, Undecided } from "./cleared.tsx";
import { FixPane } from "./fix-pane.tsx";
import { ProofPane } from "./proof-pane.tsx";
import { isAlarm, topFinding } from "./top-finding.ts";

/** Verdict, proof, fix, in this order, above everything. 136 px where the screen is wide. */
export function VerdictStrip({ detail }: { detail: number }) {
  const t = useTexts();
  const diagnosis = useApp((state) => state.view?.diagnosis);
  if (!diagnosis) return null;
  const finding = topFinding(diagnosis);
  return (
    <section
      aria-label={t.verdict.label}
      className="verdict grid shrink-0 border-b border-line-1 bg-bg-1 xl:min-h-[136px]"
      style={{ "--detail": `${detail}px` } as React.CSSProperties}
      data-plain={finding ? undefined : true}
    >
      {finding ? (
        <>
          <Sentence finding={finding} />
          <ProofPane finding={finding} />
          <FixPane finding={finding} />
        </>
      ) : diagnosis.undecidable.length > 0 ? (
        <Undecided diagnosis={diagnosis} />
      ) : (
        <Cleared diagnosis={diagnosis} />
      )}
    </section>
  );
}

function Sentence({ finding }: { finding: Finding }) {
  const say = useSay();
  return (
    <div className="min-w-0 px-5 py-[7px] max-md:px-4">
      <Badges finding={finding} />
      <h1 className="mt-0.5 text-verdict font-bold max-md:text-[19px] max-md:leading-6 tracking-[-0.3px] xl:line-clamp-2">
        <Prose text={say(finding.title)} />
      </h1>
      <p className="text-lead text-text-2 max-md:line-clamp-4 xl:line-clamp-2">
        <Prose text={say(finding.what)} />
      </p>
    </div>
  );
}

function Badges({ finding }: { finding: Finding }) {
  const t = useTexts();
  const actions = useActions();
  const observation = useApp((state) => state.view?.diagnosis.observations.find((o) => o.verdict !== "other-flow"));
  const fault = isAlarm(finding);
  return (
    <div className="flex flex-wrap items-center gap-2 text-small leading-4">
      <span
        className={`flex items-center gap-1.5 rounded border px-1.5 font-bold ${fault ? "border-drop text-drop" : "border-text-2 text-text-2"}`}
      >
        {fault && (
          <svg width="9" height="9" viewBox="0 0 9 9" aria-hidden="true">
            <path d="M1 1L8 8M8 1L1 8" stroke="currentColor" strokeWidth="2" />
          </svg>
        )}
        {fault ? t.verdict.fault : finding.kind === "risk" ? t.verdict.risk : t.verdict.hint}
      </span>
      <span className="rounded border border-line-2 px-1.5">{t.verdict.certainty[finding.certainty]}</span>
      {!fault && <span className="text-text-2">{t.verdict.nothingWorse}</span>}
      {observation && (
        <span className={observation.verdict === "contradicts" ? "font-bold" : "text-text-2"}>
          {t.verdict.observed[observation.verdict]}
        </span>
      )}
      <button type="button" className="button-link ml-auto" onClick={() => actions.showDetail("verdict")}>
        {t.verdict.more}
      </button>
    </div>
  );
}
