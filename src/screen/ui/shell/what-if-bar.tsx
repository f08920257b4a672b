import type { WhatIf } from "../../../analysis/request.ts";
import type { Texts } from "../../texts/index.ts";
import { useActions, useApp, useTexts } from "../kit/store.tsx";

export const whatIfText = (change: WhatIf, t: Texts): string =>
  change.kind === "cluster-cidr"
    ? t.whatIf.cidrIs(change.cidr)
    : change.kind === "masquerade-all"
      ? t.whatIf.all
      : t.whatIf.rule(change.rule);

/** What was changed in the model, while something is. */
export function WhatIfBar() {
  const t = useTexts();
  const actions = useActions();
  const whatIf = useApp((state) => state.whatIf);
  if (whatIf.length === 0) return null;
  return (
    <div className="flex min-h-[34px] shrink-0 flex-wrap items-center gap-x-4 border-b border-line-1 bg-bg-2 px-5 text-small">
      <b>{t.whatIf.active(whatIf.length)}</b>
      {whatIf.map((change) => (
        <code key={whatIfText(change, t)} className="mono">
          {whatIfText(change, t)}
        </code>
      ))}
      <span className="ml-auto flex gap-4">
        <button type="button" className="button-link" onClick={() => void actions.tryWhatIf(whatIf.slice(0, -1))}>
          {t.whatIf.undo}
        </button>
        <button type="button" className="button-link" onClick={() => void actions.tryWhatIf([])}>
          {t.whatIf.drop}
        </button>
      </span>
    </div>
  );
}
