import { useId, useState } from "react";
import { useActions, useTexts } from "../kit/store.tsx";

/** Lines that are copied at one go; more is the file itself. */
const most = 200_000;
const batch = 5000;

interface ToolProps {
  readonly source: string;
  readonly name: string;
  readonly lines: number;
  readonly begun: boolean;
  readonly chosen: readonly [number, number] | undefined;
  /** Goes to a line and chooses it, or all up to `to`. */
  onGo(line: number, to: number): void;
}

/** Above a text: go to a line (`120`) or to several (`120-180`), and copy those that are chosen. */
export function LineTools({ source, name, lines, begun, chosen, onGo }: ToolProps) {
  const t = useTexts();
  const { readLines } = useActions();
  const id = useId();
  const [line, setLine] = useState("");
  const [copied, setCopied] = useState<"" | "done" | "failed">("");
  const copy = async (from: number, to: number): Promise<void> => {
    const parts: string[] = [];
    for (let at = from - 1; at < Math.min(to, from + most); at += batch)
      parts.push(...(await readLines(source, at, Math.min(batch, to - at))).lines);
    try {
      await navigator.clipboard.writeText(`${parts.join("\n")}\n`);
      setCopied("done");
    } catch {
      setCopied("failed");
    }
  };
  return (
    <form
      className="flex min-h-8 shrink-0 flex-wrap items-center gap-x-3 border-b border-line-1 px-4 text-small text-text-2"
      onSubmit={(event) => {
        event.preventDefault();
        const [, from, to = from] = /^\s*(\d+)\s*(?:[-–]\s*(\d+)\s*)?$/.exec(line) ?? [];
        if (from === undefined || Number(from) < 1) return;
        const first = Math.min(Number(from), lines);
        onGo(first, Math.max(first, Math.min(Number(to), lines)));
      }}
    >
      <label htmlFor={id}>{t.text.jump}</label>
      <input
        id={id}
        value={line}
        onChange={(event) => setLine(event.target.value)}
        placeholder="1–20"
        aria-label={`${t.text.jump}: ${name}`}
        className="mono h-6 w-20 rounded-[3px] border border-line-3 bg-bg-1 px-1.5 text-code text-text-1 max-md:h-8"
      />
      <button type="submit" className="button-link">
        {t.text.jumpGo}
      </button>
      <span className="text-text-3">{begun ? t.text.begun : t.text.lineCount(lines)}</span>
      {chosen && (
        <button
          type="button"
          className="button-link ml-auto"
          aria-live="polite"
          onClick={() => void copy(chosen[0], chosen[1])}
          onBlur={() => setCopied("")}
        >
          {copied === "done"
            ? t.verdict.copied
            : copied === "failed"
              ? t.verdict.copyFailed
              : t.text.copyLines(chosen[0], chosen[1])}
        </button>
      )}
    </form>
  );
}
