import { lineText, type SourceText } from "../../base/source.ts";
import type { Span } from "../../base/span.ts";
import type { Lines } from "../format.ts";
import { cleanLine } from "./clean-line.ts";
import { type Peel, peeledLength } from "./peel.ts";

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

export function linesOf(source: SourceText, runs: Runs, peeled: readonly Peel[]): Lines {
  return {
    source,
    length: runs.length,
    text(i) {
      const { text } = cleanLine(lineText(source, lineNumber(runs, i)));
      const from = peeledLength(peeled, text);
      return from === 0 ? text : text.slice(from);
    },
    span(i, from, to) {
      const number = lineNumber(runs, i);
      const raw = lineText(source, number);
      const line = cleanLine(raw);
      const skip = peeledLength(peeled, line.text);
      const start = line.at(skip + (from ?? 0));
      const stop = to === undefined ? line.at(line.text.length) : line.at(skip + to - 1) + 1;
      return spanOfColumns(source, number, raw, start, stop);
    },
  };
}

/** Byte span of UTF-16 columns [from, to) of line `number` (1-based) as pasted. Never empty, unless the text is. */
export function spanOfColumns(source: SourceText, number: number, raw: string, from: number, to: number): Span {
  const start = source.lineStarts[number - 1] ?? 0;
  const next = source.lineStarts[number] ?? source.bytes.length;
  const byteAt = byteColumns(source, start, raw);
  const last = Math.min(start + byteAt(Math.min(Math.max(to, from + 1), raw.length)), source.bytes.length);
  const first = Math.min(start + byteAt(Math.min(Math.max(from, 0), raw.length)), last);
  if (last > first) return { source: source.id, from: first, to: last };
  // behind the end of the line: its last character, or its line end if there is none
  if (first > start) return { source: source.id, from: first - 1, to: first };
  if (next > first) return { source: source.id, from: first, to: next };
  return { source: source.id, from: Math.max(0, first - 1), to: first };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** From columns of a line to bytes from its start; also where the bytes are no UTF-8 and were replaced in `raw`. */
function byteColumns(source: SourceText, start: number, raw: string): (column: number) => number {
  if (/^[\0-\x7f]*$/.test(raw)) return (column) => column;
  if (!raw.includes("\ufffd")) return (column) => encoder.encode(raw.slice(0, column)).length;
  return (column) => {
    // the most bytes that decode to no more than `column` characters
    let low = 0;
    let high = Math.min(column * 4, source.bytes.length - start);
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if (decoder.decode(source.bytes.subarray(start, start + mid)).length <= column) low = mid;
      else high = mid - 1;
    }
    return low;
  };
}
