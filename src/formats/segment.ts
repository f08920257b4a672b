import type { Diagnostic } from "../base/diagnostic.ts";
import { lineCount, type SourceText } from "../base/source.ts";
import { words } from "../base/words.ts";
import { cleanLine, rawLine, spanOfColumns } from "./clean-line.ts";
import type { Format, Lines, Segment, ShownCommand } from "./format.ts";
import { promptOf } from "./prompt.ts";

export interface CutText {
  readonly segments: readonly Segment[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Lines longer than this are no dump; only their beginning is looked at. */
const longestLine = 1 << 16;
const quoteMark = /^(?:\s*>)+\s?/;
const fence = /^\s*(?:```|~~~)/;
/** Prose around dumps is expected; it is said once, not line by line. */
const mostUnrecognised = 50;

interface Open {
  readonly format: Format;
  readonly numbers: number[];
  readonly command?: ShownCommand;
}

/** Cuts one text into segments of one format each; yields the number of bytes looked at. */
export function* segmentText(source: SourceText, formats: readonly Format[]): Generator<number, CutText> {
  const segments: Segment[] = [];
  const diagnostics: Diagnostic[] = [];
  const quotes = new Map<number, number>();
  let open: Open | undefined;
  let command: ShownCommand | undefined;
  let strange: { from: number; to: number } | undefined;
  const total = lineCount(source);

  const close = (atEnd = false): void => {
    if (open) segments.push(segmentOf(source, open, quotes, atEnd && endsCut(source)));
    open = undefined;
  };
  const closeStrange = (): void => {
    if (strange) diagnostics.push(unrecognised(source, strange.from, strange.to));
    strange = undefined;
  };

  for (let number = 1; number <= total; number++) {
    if (number % 4096 === 0) yield source.lineStarts[number] ?? source.bytes.length;
    const raw = rawLine(source, number).slice(0, longestLine);
    const quote = raw.startsWith(">") ? (quoteMark.exec(raw)?.[0].length ?? 0) : 0;
    if (quote > 0) quotes.set(number, quote);
    const line = cleanLine(raw, quote).text;
    if (line.trim() === "") {
      if (open) open.numbers.push(number);
      continue;
    }
    if (fence.test(line)) {
      close();
      command = undefined;
      continue;
    }
    const prompt = promptOf(line);
    if (prompt) {
      close();
      closeStrange();
      command = { ...prompt, at: spanOfColumns(source, number, raw, 0, raw.length) };
      continue;
    }
    const format = decide(line, open?.format, command, formats);
    if (!format) {
      close();
      strange =
        strange && strange.to >= number - 2
          ? { ...strange, to: number }
          : (closeStrange(), { from: number, to: number });
      continue;
    }
    closeStrange();
    if (open && open.format !== format) close();
    open ??= { format, numbers: [], ...(command ? { command } : {}) };
    open.numbers.push(number);
  }
  close(true);
  closeStrange();
  const shown = diagnostics.slice(0, mostUnrecognised);
  return { segments, diagnostics: shown };
}

function decide(
  line: string,
  current: Format | undefined,
  command: ShownCommand | undefined,
  formats: readonly Format[],
): Format | undefined {
  const here = current?.sniff(line, true);
  if (current && here === "strong") return current;
  const strong = formats.find((f) => f.sniff(line, false) === "strong");
  if (strong) return strong;
  if (current && here === "weak") return current;
  if (command) {
    const printed = formats.find((f) => f.printedBy(command.words));
    if (printed?.sniff(line, true)) return printed;
  }
  return formats.find((f) => f.sniff(line, false) === "weak");
}

const endsCut = (source: SourceText): boolean =>
  source.bytes.length > 0 && source.bytes[source.bytes.length - 1] !== 10 && source.bytes.length > 1 << 20;

function segmentOf(source: SourceText, open: Open, quotes: ReadonlyMap<number, number>, cut: boolean): Segment {
  const numbers = Int32Array.from(open.numbers);
  let length = numbers.length;
  while (length > 0 && rawLine(source, numbers[length - 1] ?? 1).trim() === "") length--;
  const quoteOf = (number: number): number => quotes.get(number) ?? 0;
  const lines: Lines = {
    source,
    length,
    text: (i) => {
      const number = numbers[i] ?? 1;
      return cleanLine(rawLine(source, number), quoteOf(number)).text;
    },
    span: (i, from, to) => {
      const number = numbers[i] ?? 1;
      const raw = rawLine(source, number);
      const line = cleanLine(raw, quoteOf(number));
      return spanOfColumns(
        source,
        number,
        raw,
        line.at(from ?? 0),
        to === undefined ? line.at(line.text.length) : line.at(to),
      );
    },
  };
  return { format: open.format.id, lines, cut, ...(open.command ? { command: open.command } : {}) };
}

function unrecognised(source: SourceText, from: number, to: number): Diagnostic {
  const start = source.lineStarts[from - 1] ?? 0;
  const end = (source.lineStarts[to] ?? source.bytes.length + 1) - 1;
  const count = to - from + 1;
  return {
    code: "paste/unrecognised",
    severity: "info",
    at: { source: source.id, from: start, to: Math.max(end, start + 1) },
    message: words(
      count === 1
        ? "This line is in no format that natlens reads."
        : `These ${count} lines are in no format that natlens reads.`,
      count === 1 ? "这一行不是 natlens 能读的格式。" : `这 ${count} 行不是 natlens 能读的格式。`,
    ),
  };
}
