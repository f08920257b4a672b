import type { Finding, Outcome } from "../../../analysis/view.ts";
import { isFault } from "../../diagram/outcome-words.ts";
import { Prose } from "../kit/prose.tsx";
import { useSay, useTexts } from "../kit/store.tsx";

/** The broken node as it is, and the same node with the fix: two small lines. */
export function ProofPane({ finding }: { finding: Finding }) {
  const t = useTexts();
  const say = useSay();
  // The flow that the finding breaks, whichever flow is on screen.
  const outcome =
    finding.flows.map((f) => f[finding.side]).find((o) => o !== undefined && isFault(o)) ??
    finding.flows[0]?.[finding.side] ??
    "reply-lost";
  const plate =
    finding.flows.some((f) => f[finding.side] === outcome && f.masquerade[finding.side] === false) &&
    sourceOutcomes.has(outcome);
  return (
    <div className="min-w-0 border-line-1 px-5 py-2 max-xl:border-t max-md:px-4 xl:border-l">
      <h2 className="text-small text-text-2">{t.verdict.proof[finding.side]}</h2>
      <div className="mt-2 grid grid-cols-[92px_1fr] items-center gap-x-3 gap-y-1.5">
        <Mini good={!isFault(outcome)} plate={plate} />
        <p className="leading-tight">
          <b className={isFault(outcome) ? "text-drop" : "text-text-1"}>{t.outcome[outcome]}</b>
          <br />
          <span className="text-label text-text-2">{t.verdict.asIs}</span>
        </p>
        {finding.proven && isFault(outcome) ? (
          <>
            <Mini good plate={plate} />
            <p className="leading-tight">
              <b className="text-healthy">{t.outcome.delivered}</b>
              <br />
              <span className="text-label text-text-2">{t.verdict.withFix}</span>
            </p>
          </>
        ) : (
          <p className="col-span-2 text-small text-text-2">
            <Prose text={say(finding.proof)} />
          </p>
        )}
      </div>
    </div>
  );
}

/** What becomes of a packet that leaves with a source that nobody masqueraded. */
const sourceOutcomes: ReadonlySet<Outcome> = new Set(["reply-lost", "wrong-source"]);

/** A lane in miniature: socket or ×, with the plate, or its ghost, where masquerading decides. */
function Mini({ good, plate }: { good: boolean; plate: boolean }) {
  return (
    <svg width="92" height="20" viewBox="0 0 92 20" fill="none" aria-hidden="true">
      {good ? (
        <>
          <path d="M2 10H78" stroke="var(--healthy)" strokeWidth="4" strokeLinecap="round" />
          {plate && (
            <rect x="35" y="4" width="20" height="12" rx="2" fill="var(--snat)" stroke="var(--bg-1)" strokeWidth="2" />
          )}
          <circle cx="84" cy="10" r="5.5" stroke="var(--healthy)" strokeWidth="3" />
        </>
      ) : (
        <>
          <path d="M2 10H68" stroke="var(--broken)" strokeWidth="4" strokeLinecap="round" />
          {plate && (
            <rect
              x="35"
              y="4"
              width="20"
              height="12"
              rx="2"
              fill="var(--bg-1)"
              stroke="var(--missing)"
              strokeWidth="1.6"
              strokeDasharray="4 3"
            />
          )}
          <path d="M72 5L82 15M82 5L72 15" stroke="var(--drop)" strokeWidth="3" />
        </>
      )}
    </svg>
  );
}
