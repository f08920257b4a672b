import { inPasted, isPlainLine, lineEnd, plainEnd, type SourceText } from "../../base/source.ts";
import type { Span } from "../../base/span.ts";
import { TextReader } from "../../base/text-reader.ts";
import type { Lines } from "../format.ts";
import { type CleanLine, cleanLine } from "./clean-line.ts";
import { type Peel, peeled } from "./peel.ts";

/** Lines of a text in runs of neighbours: a segment of a million lines without a gap is one run. */
export interface Runs {
  /** 1-based number of each run's first line. */
  readonly first: number[];
  /** Lines before each run. */
  readonly before: number[];
  length: number;
}

export const newRuns = (): Runs => ({ first: [], before: [], length: 0 });

export function addLine(runs: Runs, number: number): void {
  const last = runs.first.length - 1;
  const follows = last >= 0 && (runs.first[last] ?? 0) + (runs.length - (runs.before[last] ?? 0)) === number;
  if (!follows) {
    runs.first.push(number);
    runs.before.push(runs.length);
  }
  runs.length++;
}

/** Adds lines `first` to `first + n - 1`. */
export function addLines(runs: Runs, first: number, n: number): void {
  if (n === 0) return;
  addLine(runs, first);
  runs.length += n - 1;
}

/** Takes the last `n` lines off again. */
export function dropLines(runs: Runs, n: number): void {
  runs.length -= n;
  while (runs.first.length > 0 && (runs.before[runs.before.length - 1] ?? 0) >= runs.length) {
    runs.first.pop();
    runs.before.pop();
  }
}

/** 1-based number of line `index` (0-based) of the runs. */
export function lineNumber(runs: Runs, index: number): number {
  let low = 0;
  let high = runs.before.length;
  while (high - low > 1) {
    const mid = (low + high) >> 1;
    if ((runs.before[mid] ?? 0) <= index) low = mid;
    else high = mid;
  }
  return (runs.first[low] ?? 1) + index - (runs.before[low] ?? 0);
}

const linesKept = 4;

/** `repair`: what typesetting did to the text is undone. */
export function linesOf(source: SourceText, runs: Runs, peels: readonly Peel[], repair: boolean): Lines {
  const reader = new TextReader(source);
  // A reader asks for the places of many words of one line, or of a few where a value holds line ends; a line is taken apart once for
  // all of them.
  const known: { readonly number: number; readonly line: TakenApart }[] = [];
  let oldest = 0;
  const takenApart = (number: number): TakenApart => {
    for (const one of known) if (one.number === number) return one.line;
    const raw = reader.read(source.lineStarts[number - 1] ?? 0, lineEnd(source, number));
    const line = takeApart(source, number, raw, peels, repair);
    known[oldest] = { number, line };
    oldest = (oldest + 1) % linesKept;
    return line;
  };
  const plainLine = (i: number): number | undefined => {
    const number = lineNumber(runs, i);
    return peels.length === 0 && !source.origin && isPlainLine(source, number) ? number : undefined;
  };
  return {
    source,
    length: runs.length,
    plainLine,
    text(i) {
      const plain = plainLine(i);
      if (plain !== undefined) return reader.read(source.lineStarts[plain - 1] ?? 0, plainEnd(source, plain));
      const { clean, from, to } = takenApart(lineNumber(runs, i));
      return to - from === clean.text.length ? clean.text : clean.text.slice(from, to);
    },
    span(i, from, to) {
      const plain = plainLine(i);
      if (plain !== undefined) {
        const start = source.lineStarts[plain - 1] ?? 0;
        const end = plainEnd(source, plain);
        const [first, last] = [start + (from ?? 0), to === undefined ? end : start + to];
        if (first < last && last <= end) return { source: source.id, from: first, to: last };
      }
      const { clean, from: skip, to: end, spanOf } = takenApart(lineNumber(runs, i));
      const start = clean.at(skip + (from ?? 0));
      return spanOf(start, to === undefined ? clean.at(end) : clean.at(skip + to - 1) + 1);
    },
  };
}

interface TakenApart {
  readonly clean: CleanLine;
  /** Columns of the cleaned text that are part of the dump. */
  readonly from: number;
  readonly to: number;
  spanOf(from: number, to: number): Span;
}

function takeApart(
  source: SourceText,
  number: number,
  raw: string,
  peels: readonly Peel[],
  repair: boolean,
): TakenApart {
  const clean = cleanLine(raw, repair);
  return { clean, ...peeled(peels, clean.text), spanOf: spansOf(source, number, raw) };
}

/** Byte span of UTF-16 columns [from, to) of line `number` (1-based) as pasted. Never empty, unless the text is. */
export const spanOfColumns = (source: SourceText, number: number, raw: string, from: number, to: number): Span =>
  spansOf(source, number, raw)(from, to);

function spansOf(source: SourceText, number: number, raw: string): (from: number, to: number) => Span {
  const start = source.lineStarts[number - 1] ?? 0;
  const next = source.lineStarts[number] ?? source.bytes.length;
  let byteAt: ((column: number) => number) | undefined;
  return (from, to) => inPasted(source, spanAt(from, to));

  function spanAt(from: number, to: number): Span {
    byteAt ??= byteColumns(source, start, raw);
    const last = Math.min(start + byteAt(Math.min(Math.max(to, from + 1), raw.length)), source.bytes.length);
    const first = Math.min(start + byteAt(Math.min(Math.max(from, 0), raw.length)), last);
    if (last > first) return { source: source.id, from: first, to: last };
    // behind the end of the line: its last character, or its line end if there is none
    if (first > start) return { source: source.id, from: first - 1, to: first };
    if (next > first) return { source: source.id, from: first, to: next };
    return { source: source.id, from: Math.max(0, first - 1), to: first };
  }
}

/** From columns of a line to bytes from its start, counted once for the whole line. */
export function byteColumns(source: SourceText, start: number, raw: string): (column: number) => number {
  if (/^[\0-\x7f]*$/.test(raw)) return (column) => column;
  const table = raw.includes("\ufffd") ? columnsOfDamaged(source, start, raw) : columnsOf(raw);
  return (column) => table[column] ?? 0;
}

function columnsOf(raw: string): Uint32Array {
  const table = new Uint32Array(raw.length + 1);
  for (let i = 0, bytes = 0; i < raw.length; i++) {
    const unit = raw.charCodeAt(i);
    const surrogate = unit >= 0xd800 && unit <= 0xdfff;
    bytes += unit < 0x80 ? 1 : unit < 0x800 || surrogate ? 2 : 3;
    table[i + 1] = bytes;
  }
  return table;
}

/** Where bytes are no UTF-8 and were replaced in `raw`: decoded again, one after the other. */
function columnsOfDamaged(source: SourceText, start: number, raw: string): Uint32Array {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const table = new Uint32Array(raw.length + 1).fill(source.bytes.length - start);
  table[0] = 0;
  const line = source.bytes.subarray(start, start + raw.length * 3);
  for (let i = 0, column = 0; i < line.length && column < raw.length; i++)
    // a byte that ends a broken character and begins the next one gives both at once
    for (let n = decoder.decode(line.subarray(i, i + 1), { stream: true }).length; n > 0 && column < raw.length; n--)
      table[++column] = n > 1 ? i : i + 1;
  return table;
}
