import type { SideName } from "../../../analysis/view.ts";
import { SideSign } from "../kit/marks.tsx";
import { useActions, useApp, useTexts } from "../kit/store.tsx";
import { TextWindow } from "./text-window.tsx";

/** The dumps as pasted, side by side; the line that was asked for stands in the middle, marked. */
export function TextView() {
  const t = useTexts();
  const actions = useActions();
  const places = useApp((state) => state.text);
  const sides = useApp((state) => state.view?.sides);
  return (
    <div className="flex h-full min-h-0 flex-col bg-bg-0 max-md:h-auto">
      <div className="flex shrink-0 items-center gap-4 border-b border-line-1 px-5 py-2">
        <h2 className="text-heading font-bold">{t.text.title}</h2>
        <button type="button" className="button-link ml-auto" onClick={() => actions.showMain("way")}>
          {t.text.back}
        </button>
      </div>
      <div className="grid min-h-0 flex-1 md:grid-cols-2">
        {(["healthy", "broken"] as const).map((side) => {
          const place = places.find(({ source }) => sides?.[side]?.sources.some((s) => s.id === source));
          return <SideText key={side} side={side} line={place?.line} source={place?.source} />;
        })}
      </div>
    </div>
  );
}

function SideText({ side, line, source }: { side: SideName; line: number | undefined; source: string | undefined }) {
  const t = useTexts();
  const actions = useActions();
  const sources = useApp((state) => state.view?.sides[side]?.sources) ?? [];
  const shown = sources.find((s) => s.id === source) ?? sources[0];
  return (
    <section aria-label={t.side[side]} className="flex min-h-0 min-w-0 flex-col border-line-1 md:first:border-r">
      <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-3 border-b border-line-1 bg-bg-1 px-4 py-1">
        <span className="flex items-center gap-1.5 font-bold">
          <SideSign side={side} size={10} />
          {t.side[side]}
        </span>
        {shown ? (
          <select
            aria-label={`${t.side[side]}: ${t.text.source}`}
            value={shown.id}
            onChange={(event) => actions.openText({ source: event.target.value })}
            className="mono min-h-8 min-w-0 max-w-full bg-bg-1 text-code text-text-1"
          >
            {sources.map((s) => (
              <option key={s.id} value={s.id}>
                {s.name}
              </option>
            ))}
          </select>
        ) : (
          <span className="text-text-3">{t.text.none}</span>
        )}
      </div>
      {shown && <TextWindow key={shown.id} source={shown.id} name={shown.name} line={line} side={side} />}
    </section>
  );
}
