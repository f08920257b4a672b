import { useLayoutEffect, useRef, useState } from "react";
import type { SideName, SideView } from "../../../analysis/view.ts";
import { kindsOf } from "../kit/kinds.ts";
import { SideSign } from "../kit/marks.tsx";
import { useActions, useApp, useSay, useTexts } from "../kit/store.tsx";
import { Problems } from "./problems.tsx";

/** Chips of a side that stay when the row is too short for all. */
const KEPT = 3;

/** 34 px: what was recognised on each side, and whether every line was understood. */
export function Chips() {
  const t = useTexts();
  const actions = useActions();
  const sides = useApp((state) => state.view?.sides);
  const [open, setOpen] = useState(false);
  const row = useRef<HTMLDivElement>(null);
  useCompact(row);
  if (!sides) return null;
  const all = [sides.healthy, sides.broken].filter((side) => side !== undefined);
  const remarks = all.reduce((sum, side) => sum + side.diagnosticsInAll, 0);
  const errors = all.reduce((sum, side) => sum + side.counts.error, 0);
  return (
    <>
      <div className="flex h-[34px] shrink-0 items-center gap-2 border-b border-line-1 bg-bg-1 px-4 text-small max-md:h-auto max-md:flex-wrap max-md:gap-y-0 max-md:py-1">
        <div
          ref={row}
          className="chip-row flex min-w-0 flex-1 items-center gap-2 overflow-hidden max-md:basis-full max-md:py-1"
        >
          <Side name="healthy" side={sides.healthy} onMore={() => setOpen(!open)} />
          <span className="mx-2 h-4 w-px shrink-0 bg-line-2 max-md:mx-0.5" />
          <Side name="broken" side={sides.broken} onMore={() => setOpen(!open)} />
        </div>
        {remarks === 0 ? (
          <span className="shrink-0 text-text-2 max-md:mr-auto">{t.chips.all}</span>
        ) : (
          <button type="button" className="button-link shrink-0" aria-expanded={open} onClick={() => setOpen(!open)}>
            {errors > 0 ? t.chips.errors(errors) : t.chips.some(remarks)}
          </button>
        )}
        <button
          type="button"
          className="shrink-0 rounded px-1 font-normal text-text-1 underline-offset-2 hover:underline max-md:min-h-8"
          onClick={() => actions.editInput()}
        >
          {t.chips.edit}
        </button>
      </div>
      {open && <Problems onClose={() => setOpen(false)} />}
    </>
  );
}

/** Where the row is too short the counts go before any word is cut. */
function useCompact(ref: React.RefObject<HTMLDivElement | null>): void {
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const arrange = (): void => {
      for (const level of ["0", "1", "2", "3"]) {
        element.dataset.compact = level;
        if (element.scrollWidth <= element.clientWidth) break;
      }
    };
    const observer = new ResizeObserver(arrange);
    observer.observe(element);
    arrange();
    return () => observer.disconnect();
  });
}

function Side({ name, side, onMore }: { name: SideName; side: SideView | undefined; onMore: () => void }) {
  const t = useTexts();
  return (
    <>
      <span className="flex shrink-0 items-center gap-1.5 font-bold">
        <SideSign side={name} size={10} />
        {t.side[name]}
      </span>
      {side && side.segments.length > 0 ? (
        <Segments side={side} onMore={onMore} />
      ) : (
        <span className="text-text-3">{side ? t.chips.unknown : t.chips.none}</span>
      )}
    </>
  );
}

/** One chip for each kind of dump; several pieces of a kind add up. */
function Segments({ side, onMore }: { side: SideView; onMore: () => void }) {
  const t = useTexts();
  const say = useSay();
  const actions = useActions();
  const kinds = kindsOf(side);
  const rest = kinds.length - KEPT;
  const chips = kinds.map((kind, i) => {
    const [count] = kind.counts;
    return (
      <button
        key={kind.format}
        type="button"
        onClick={() => actions.openText({ source: kind.at.source, line: kind.line })}
        data-rest={i >= KEPT}
        className="chip flex h-[22px] shrink-0 items-center gap-1.5 rounded bg-bg-2 px-2 whitespace-nowrap text-text-2 hover:text-text-1"
      >
        {say(kind.title)}
        {count && (
          <span className="count text-text-3">
            {count.n} {say(count.of)}
          </span>
        )}
        {kind.partial && (
          <span className="border-l border-dotted border-line-3 pl-1.5 text-text-3">{t.chips.partial}</span>
        )}
      </button>
    );
  });
  return (
    <>
      {chips}
      <button
        type="button"
        onClick={onMore}
        className="chip-all h-[22px] shrink-0 rounded bg-bg-2 px-2 whitespace-nowrap text-text-2 hover:text-text-1"
      >
        {t.chips.kinds(kinds.length)}
      </button>
      {rest > 0 && (
        <button
          type="button"
          onClick={onMore}
          className="chip-more h-[22px] shrink-0 rounded bg-bg-2 px-2 whitespace-nowrap text-text-2 hover:text-text-1"
        >
          {t.chips.more(rest)}
        </button>
      )}
    </>
  );
}
