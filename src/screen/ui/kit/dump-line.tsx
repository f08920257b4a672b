import type { ReactNode } from "react";
import type { SideName } from "../../../analysis/view.ts";
import type { Span } from "../../../base/span.ts";
import { useActions, useApp, useTexts } from "./store.tsx";

/** A line of a dump with its number; click opens it in the text as pasted. */
export function DumpLine({
  at,
  side,
  text,
  children,
}: {
  at?: Span | undefined;
  side: SideName;
  text?: string;
  children?: ReactNode;
}) {
  const t = useTexts();
  const actions = useActions();
  const shown = useApp((state) => (at ? state.lines[`${at.source}:${at.from}`] : undefined));
  const line = text ?? shown?.text;
  if (line === undefined) return null;
  return (
    <div className="dump-line mt-1 overflow-hidden rounded-[5px] border border-line-1 bg-bg-0" data-side={side}>
      {shown && at && (
        <button
          type="button"
          className="flex w-full justify-between gap-3 border-b border-line-1 px-2.5 py-0.5 text-left text-label text-text-2 hover:text-text-1"
          onClick={() => actions.openText({ source: at.source, line: shown.line })}
          title={t.detail.open}
        >
          <span className="mono break-all">{shown.file}</span>
          <span className="shrink-0 text-focus">
            {t.detail.line} {shown.line}
          </span>
        </button>
      )}
      <code className="mono block px-2.5 py-1.5 text-code break-words whitespace-pre-wrap text-text-1">{line}</code>
      {children}
    </div>
  );
}
