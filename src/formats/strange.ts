import type { Diagnostic } from "../base/diagnostic.ts";
import type { SourceText } from "../base/source.ts";
import { words } from "../base/words.ts";
import { longestLine } from "./clean-line.ts";

/** Prose around dumps is expected: it is said once for each run, and beyond this many runs once for all the rest. */
const mostRuns = 50;

interface Run {
  readonly from: number;
  to: number;
  lines: number;
}

/** Collects lines that no format claims; a run goes on over blank lines, prompts and fences. */
export class Strange {
  private readonly source: SourceText;
  private readonly runs: Run[] = [];
  private run: Run | undefined;
  private long: { readonly first: number; count: number } | undefined;

  constructor(source: SourceText) {
    this.source = source;
  }

  add(line: number): void {
    if (!this.run && this.runs.length >= mostRuns) this.run = this.runs[mostRuns - 1];
    if (this.run) {
      this.run.to = line;
      this.run.lines++;
      return;
    }
    this.run = { from: line, to: line, lines: 1 };
    this.runs.push(this.run);
  }

  end(): void {
    this.run = undefined;
  }

  /** Notes a line that is read in part only. */
  look(line: number, raw: string): void {
    if (raw.length * 3 < longestLine || this.lengthOf(line) <= longestLine) return;
    if (this.long) this.long.count++;
    else this.long = { first: line, count: 1 };
  }

  diagnostics(): readonly Diagnostic[] {
    const list = this.runs.map((run) => unrecognised(this.source, run));
    if (this.long) list.push(longLine(this.source, this.long.first, this.long.count));
    return list;
  }

  private lengthOf(line: number): number {
    const { lineStarts, bytes } = this.source;
    return (lineStarts[line] ?? bytes.length + 1) - 1 - (lineStarts[line - 1] ?? 0);
  }
}

function spanOfLines(source: SourceText, from: number, to: number): Diagnostic["at"] {
  const start = source.lineStarts[from - 1] ?? 0;
  const end = (source.lineStarts[to] ?? source.bytes.length + 1) - 1;
  return { source: source.id, from: start, to: Math.max(end, start + 1) };
}

function unrecognised(source: SourceText, { from, to, lines }: Run): Diagnostic {
  return {
    code: "paste/unrecognised",
    severity: "info",
    at: spanOfLines(source, from, to),
    message:
      lines === 1
        ? words("This line is in no format that natlens reads.", "这一行不是 natlens 能读的格式。")
        : words(
            `${lines} lines here are in no format that natlens reads.`,
            `这里有 ${lines} 行不是 natlens 能读的格式。`,
          ),
  };
}

function longLine(source: SourceText, line: number, count: number): Diagnostic {
  const at = spanOfLines(source, line, line);
  return {
    code: "paste/long-line",
    severity: "warning",
    at: { ...at, to: Math.min(at.to, at.from + 200) },
    message: words(
      `${count === 1 ? "This line is" : `${count} lines are`} longer than 64 KB; only the beginning is read.`,
      `${count === 1 ? "该行" : `有 ${count} 行`}超过 64 KB，只读取了开头部分。`,
    ),
    advice: words("Paste the dump with its line ends.", "粘贴保留换行的转储。"),
  };
}
