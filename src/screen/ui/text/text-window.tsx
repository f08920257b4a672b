import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from "react";
import type { SideName } from "../../../analysis/view.ts";
import { useActions, useApp, useTexts } from "../kit/store.tsx";
import { useSize } from "../kit/use-size.ts";
import { LineTools } from "./line-tools.tsx";
import { LINE, scrollMap } from "./scroll-map.ts";

const MARGIN = 20;

interface Lines {
  readonly from: number;
  readonly lines: readonly string[];
  readonly total: number;
  readonly begun?: true;
}

interface WindowProps {
  readonly source: string;
  readonly name: string;
  readonly line: number | undefined;
  readonly side: SideName;
}

/** Shows the lines in view of a text of any size, from its first moment on. */
export function TextWindow({ source, name, line, side }: WindowProps) {
  const t = useTexts();
  const { readLines } = useActions();
  const taken = useApp((state) => state.taken[source]);
  const [sizeRef, size] = useSize<HTMLDivElement>();
  const scroller = useRef<HTMLElement>(null);
  const [top, setTop] = useState(0);
  const [got, setGot] = useState<Lines>({ from: 0, lines: [], total: 0 });
  const [gone, setGone] = useState(false);
  /** First and last chosen line, 1-based: to be copied whole, also where they are not all on screen. */
  const [chosen, setChosen] = useState<readonly [number, number]>();
  const height = size?.height ?? 400;
  const lines = got.total;
  const map = scrollMap(lines, height);
  const first = Math.floor(map.firstAt(top));
  const count = Math.ceil(height / LINE) + 1;
  const from = Math.max(0, Math.floor((first - MARGIN) / MARGIN) * MARGIN);
  const wanted = count + 3 * MARGIN;

  // biome-ignore lint/correctness/useExhaustiveDependencies: when the text is taken in, there are more lines of it
  useEffect(() => {
    let stale = false;
    readLines(source, from, wanted).then(
      (answer) => {
        if (stale) return;
        setGone(false);
        setGot({ from, ...answer });
      },
      () => {
        if (!stale) setGone(true);
      },
    );
    return () => {
      stale = true;
    };
  }, [source, from, wanted, readLines, taken]);

  const goTo = (wantedLine: number): void => {
    if (!scroller.current || !size) return;
    const above = Math.floor(size.height / LINE / 3);
    scroller.current.scrollTop = scrollMap(lines, size.height).topOf(Math.max(0, wantedLine - 1 - above));
  };
  // The asked line comes to the upper third, once for each asking.
  // biome-ignore lint/correctness/useExhaustiveDependencies: not when the reader has scrolled since
  useEffect(() => {
    if (line !== undefined && lines >= line) goTo(line);
  }, [line, lines, size]);

  /** Lines, not pixels: in a very long text a pixel of the scroll bar is many lines. */
  const onKey = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(height / LINE) - 2);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -lines,
      End: lines,
    };
    const step = steps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey || !scroller.current) return;
    event.preventDefault();
    scroller.current.scrollTop = map.topOf(Math.max(0, Math.min(lines - 1, first + step)));
  };
  const onNumber = (event: MouseEvent, n: number): void =>
    setChosen(event.shiftKey && chosen ? [Math.min(chosen[0], n), Math.max(chosen[0], n)] : [n, n]);

  const digits = String(lines).length;
  const offset = top - (map.firstAt(top) - first) * LINE;
  if (gone) return <p className="px-4 py-3 text-text-2">{t.text.gone}</p>;
  return (
    <div className="flex min-h-0 flex-1 flex-col max-md:h-[46vh] max-md:flex-none">
      <LineTools
        source={source}
        name={name}
        lines={lines}
        begun={got.begun === true}
        chosen={chosen}
        onGo={(from, to) => {
          setChosen([from, to]);
          goTo(from);
        }}
      />
      <div ref={sizeRef} className="min-h-0 flex-1">
        <section
          ref={scroller}
          aria-label={`${t.side[side]}: ${name}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
          tabIndex={0}
          data-side={side}
          className="relative h-full overflow-auto overscroll-contain bg-bg-1 outline-offset-[-3px]"
          onScroll={(event) => setTop(event.currentTarget.scrollTop)}
          onKeyDown={onKey}
        >
          <div style={{ height: map.height, minWidth: "100%" }} className="relative">
            <ol className="mono absolute left-0 min-w-full text-code" style={{ top: offset }}>
              {Array.from({ length: Math.max(0, Math.min(count, lines - first)) }, (_, i) => {
                const n = first + i;
                const text = got.lines[n - got.from];
                const marked = chosen && n + 1 >= chosen[0] && n + 1 <= chosen[1];
                return (
                  <li
                    key={n}
                    data-line={n + 1}
                    aria-current={n + 1 === line ? "true" : undefined}
                    className={`flex h-[18px] whitespace-pre aria-[current]:bg-mark-soft ${marked ? "bg-snat-soft" : ""}`}
                  >
                    {/* by keyboard lines are chosen in the field above */}
                    {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: see above */}
                    <span
                      className="sticky left-0 shrink-0 cursor-pointer bg-bg-1 pr-3 pl-4 text-right text-text-3 select-none"
                      style={{ width: `${digits + 5}ch` }}
                      onClick={(event) => onNumber(event, n + 1)}
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
    </div>
  );
}
