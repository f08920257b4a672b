import type { Assumption } from "../../../analysis/view.ts";
import { Command } from "../kit/copy.tsx";
import { Prose } from "../kit/prose.tsx";
import { useSay, useTexts } from "../kit/store.tsx";

/** What the dumps do not say and natlens takes for granted; the ones that could turn the verdict come first. */
export function AssumptionList({ assumptions }: { assumptions: readonly Assumption[] }) {
  const t = useTexts();
  const say = useSay();
  const sorted = [...assumptions].sort((a, b) => Number(b.decisive ?? false) - Number(a.decisive ?? false));
  return (
    <ul className="grid gap-1">
      {sorted.map((one) => (
        <li key={one.id}>
          <details className="border-b border-line-1 pb-1.5">
            <summary className="cursor-pointer">
              <Prose text={say(one.about)} />{" "}
              {one.decisive !== undefined && (
                <span className={one.decisive ? "font-bold" : "text-text-3"}>
                  ({one.decisive ? t.verdict.decisive : t.verdict.notDecisive})
                </span>
              )}
            </summary>
            <p className="mt-1 text-text-2">
              {t.verdict.because} <Prose text={say(one.because)} />
            </p>
            {one.settledBy && (
              <div className="mt-1">
                <p className="mb-1 text-text-2">{t.verdict.settle}</p>
                <Command text={one.settledBy} />
              </div>
            )}
          </details>
        </li>
      ))}
    </ul>
  );
}
