import { SideSign } from "../kit/marks.tsx";
import { MissingList } from "../kit/missing-list.tsx";
import { ProblemList } from "../kit/problem-list.tsx";
import { useApp, useTexts } from "../kit/store.tsx";

/** Beneath each side: what is missing for a firm verdict, and what was not understood. */
export default function InputReport() {
  const t = useTexts();
  const sides = useApp((state) => state.read?.sides);
  const missing = useApp((state) => state.read?.missing);
  if (!sides || !missing) return null;
  const general = missing.some((one) => one.side === undefined);
  return (
    <div className="mt-5">
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-4 gap-y-6 md:grid-cols-2">
        {(["healthy", "broken"] as const).map((name) => {
          const side = sides[name];
          if (!side) return <div key={name} className="max-md:hidden" />;
          return (
            <section key={name} aria-label={`${t.side[name]}: ${t.chips.problems}`} className="min-w-0">
              <h2 className="flex items-center gap-2 border-b border-line-1 pb-1.5 text-heading font-bold">
                <SideSign side={name} />
                {t.side[name]}
              </h2>
              <div className="mt-2 grid grid-cols-[minmax(0,1fr)] gap-5">
                <MissingList list={missing} side={name} />
                <section>
                  <h3 className="font-bold">{t.chips.problems}</h3>
                  <ProblemList side={side} />
                </section>
              </div>
            </section>
          );
        })}
      </div>
      {general && (
        <section className="mt-5 max-w-160">
          <MissingList list={missing} side={undefined} />
        </section>
      )}
    </div>
  );
}
