import type { Outcome, ShownDiagnostic, SideName } from "../../../analysis/view.ts";

type Severity = ShownDiagnostic["severity"];

/** The sign of a lane: a disc for the healthy one, a diamond for the broken one. Always beside its name. */
export function SideSign({ side, size = 11 }: { side: SideName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 12 12" aria-hidden="true" className="shrink-0">
      {side === "healthy" ? (
        <circle cx="6" cy="6" r="5.4" fill="var(--healthy)" />
      ) : (
        <path d="M6 0L12 6L6 12L0 6Z" fill="var(--broken)" />
      )}
    </svg>
  );
}

/** Outcome marks, 18 px: shape tells, colour repeats. */
export function OutcomeMark({ outcome, size = 18 }: { outcome: Outcome | undefined; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 18 18" fill="none" aria-hidden="true" className="shrink-0">
      {drawing(outcome)}
    </svg>
  );
}

function drawing(outcome: Outcome | undefined) {
  const line = { stroke: "var(--drop)", strokeWidth: 2 } as const;
  switch (outcome) {
    case "delivered":
      return <circle cx="9" cy="9" r="7" fill="var(--healthy)" />;
    case "wrong-source":
      return (
        <>
          <circle cx="9" cy="9" r="6.2" stroke="var(--mark)" strokeWidth="1.8" />
          <path d="M9 2.8A6.2 6.2 0 0 1 9 15.2Z" fill="var(--mark)" />
        </>
      );
    case "wrong-destination":
      return (
        <>
          <circle cx="9" cy="9" r="6.2" stroke="var(--mark)" strokeWidth="1.8" />
          <path d="M2.8 9A6.2 6.2 0 0 0 15.2 9Z" fill="var(--mark)" />
        </>
      );
    case "refused":
      return (
        <>
          <rect x="2.5" y="2.5" width="13" height="13" rx="2.5" {...line} />
          <path d="M5.5 9H12.5" {...line} />
        </>
      );
    case "dropped":
      return (
        <>
          <rect x="1.5" y="1.5" width="15" height="15" rx="3" fill="var(--drop)" />
          <path d="M5 9H13" stroke="var(--bg-1)" strokeWidth="2" />
        </>
      );
    case "reply-lost":
      return (
        <>
          <rect x="1.5" y="1.5" width="15" height="15" rx="3" fill="var(--drop)" />
          <path d="M5.8 5.8L12.2 12.2M12.2 5.8L5.8 12.2" stroke="var(--bg-1)" strokeWidth="2" />
        </>
      );
    case "looped":
      return (
        <>
          <path d="M14.8 8.2A6 6 0 1 1 12.4 4.1" {...line} />
          <path d="M11.2 1.2L15.6 4.4L11.2 7Z" fill="var(--drop)" />
        </>
      );
    case "undecidable":
      return (
        <>
          <circle cx="9" cy="9" r="7" stroke="var(--unknown)" strokeWidth="1.6" strokeDasharray="1.6 2.4" />
          <text x="9" y="12.6" textAnchor="middle" fontSize="10" fontWeight="700" fill="var(--text-1)">
            ?
          </text>
        </>
      );
    default:
      return <path d="M5.5 9H12.5" stroke="var(--line-3)" strokeWidth="1.4" />;
  }
}

/** Whether a dump is all there: a full square, or one of which a part is missing. Always beside the word. */
export function CoverageMark({ partial }: { partial: boolean }) {
  return (
    <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" className="shrink-0">
      {partial ? (
        <>
          <rect x="1" y="1" width="8" height="8" fill="none" stroke="var(--unknown)" strokeDasharray="2 1.4" />
          <rect x="1" y="5" width="8" height="4" fill="var(--unknown)" />
        </>
      ) : (
        <rect x="1" y="1" width="8" height="8" fill="var(--text-2)" />
      )}
    </svg>
  );
}

/** How grave a remark is: what was not understood is unknown, no fault. Always beside the word. */
export function SeverityMark({ severity }: { severity: Severity }) {
  return (
    <svg width="14" height="14" viewBox="0 0 14 14" fill="none" aria-hidden="true" className="shrink-0">
      {severity === "error" ? (
        <>
          <circle cx="7" cy="7" r="6" stroke="var(--unknown)" strokeWidth="1.6" strokeDasharray="1.6 2" />
          <path d="M5.4 5.6A1.7 1.7 0 1 1 7 7.6V8.2M7 9.6V10.6" stroke="var(--text-1)" strokeWidth="1.3" />
        </>
      ) : severity === "warning" ? (
        <>
          <path d="M7 1.6L13 12.2H1Z" stroke="var(--mark)" strokeWidth="1.5" strokeLinejoin="round" />
          <path d="M7 5.4V8.6M7 9.8V10.9" stroke="var(--mark)" strokeWidth="1.4" />
        </>
      ) : (
        <path d="M3 7H11" stroke="var(--text-3)" strokeWidth="1.6" />
      )}
    </svg>
  );
}
