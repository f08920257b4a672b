import { useEffect, useRef, useState } from "react";
import type { SideName } from "../../../analysis/view.ts";
import { useActions, useTexts } from "../kit/store.tsx";
import { useSize } from "../kit/use-size.ts";
import { LINE, scrollMap } from "./scroll-map.ts";

const MARGIN = 20;

interface Lines {
  readonly from: number;
  readonly lines: readonly string[];
}

interface WindowProps {
  readonly source: string;
  readonly name: string;
  readonly lines: number;
  readonly line: number | undefined;
  readonly side: SideName;
}

/** Shows the lines in view of a text of any size; they come from the worker, which alone has the text. */
export function TextWindow({ source, name, lines, line, side }: WindowProps) {
  const t = useTexts();
  const { readLines } = useActions();
  const [sizeRef, size] = useSize<HTMLDivElement>();
  const scroller = useRef<HTMLElement>(null);
  const [top, setTop] = useState(0);
  const [got, setGot] = useState<Lines>({ from: 0, lines: [] });
  const height = size?.height ?? 400;
  const map = scrollMap(lines, height);
  const first = Math.floor(map.firstAt(top));
  const count = Math.ceil(height / LINE) + 1;
  const from = Math.max(0, Math.floor((first - MARGIN) / MARGIN) * MARGIN);
  const wanted = Math.min(lines - from, count + 3 * MARGIN);

  useEffect(() => {
    let stale = false;
    if (wanted > 0)
      readLines(source, from, wanted).then(
        (answer) => {
          if (!stale) setGot({ from, lines: answer.lines });
        },
        () => undefined, // a newer analysis has replaced the text; the view follows it
      );
    return () => {
      stale = true;
    };
  }, [source, from, wanted, readLines]);

  // The asked line comes to the upper third, once for each asking.
  useEffect(() => {
    if (line === undefined || !scroller.current || !size) return;
    scroller.current.scrollTop = scrollMap(lines, size.height).topOf(
      Math.max(0, line - 1 - Math.floor(size.height / LINE / 3)),
    );
  }, [line, lines, size]);

  const digits = String(lines).length;
  const offset = top - (map.firstAt(top) - first) * LINE;
  return (
    <div ref={sizeRef} className="min-h-0 flex-1 max-md:h-[46vh] max-md:flex-none">
      <section
        ref={scroller}
        aria-label={`${t.side[side]}: ${name}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
        tabIndex={0}
        data-side={side}
        className="relative h-full overflow-auto overscroll-contain bg-bg-1 outline-offset-[-3px]"
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <div style={{ height: map.height, minWidth: "100%" }} className="relative">
          <ol className="mono absolute left-0 min-w-full text-code" style={{ top: offset }}>
            {Array.from({ length: Math.min(count, lines - first) }, (_, i) => {
              const n = first + i;
              const text = got.lines[n - got.from];
              return (
                <li
                  key={n}
                  data-line={n + 1}
                  aria-current={n + 1 === line ? "true" : undefined}
                  className="flex h-[18px] whitespace-pre aria-[current]:bg-mark-soft"
                >
                  <span
                    className="sticky left-0 shrink-0 bg-bg-1 pr-3 pl-4 text-right text-text-3 select-none"
                    style={{ width: `${digits + 5}ch` }}
                  >
                    {n + 1}
                  </span>
                  <span className={n + 1 === line ? "pr-4 font-bold text-text-1" : "pr-4 text-text-1"}>
                    {text === undefined ? t.text.loading : text.replace(/\r$/, "")}
                  </span>
                </li>
              );
            })}
          </ol>
        </div>
      </section>
    </div>
  );
}
