import { lineText, type SourceText } from "../base/source.ts";
import type { Span } from "../base/span.ts";

/** One pasted line without its noise. Column c of `text` is column `at(c)` of the line as pasted. */
export interface CleanLine {
  readonly text: string;
  readonly at: (column: number) => number;
}

// `ip -c` and grep --color put escape sequences inside tokens: ESC [ … letter, ESC ] … BEL, ESC ( B
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
const escapes = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007]*\u0007|\([A-Z0-9])/g;
const invisible = /[\ufeff\u200b-\u200d\u2060]/;

/** Takes off the line end's CR, escape sequences, invisible characters and `quote` characters at the front. */
export function cleanLine(raw: string, quote: number): CleanLine {
  let end = raw.length;
  while (end > 0 && raw[end - 1] === "\r") end--;
  if (!raw.includes("\u001b") && !invisible.test(raw)) {
    const start = Math.min(quote, end);
    return { text: raw.slice(start, end), at: (column) => Math.min(column + start, raw.length) };
  }
  const keep = new Uint8Array(end).fill(1);
  for (const match of raw.matchAll(escapes)) keep.fill(0, match.index, match.index + match[0].length);
  let text = "";
  const columns: number[] = [];
  for (let i = Math.min(quote, end); i < end; i++) {
    if (!keep[i] || invisible.test(raw[i] ?? "")) continue;
    text += raw[i];
    columns.push(i);
  }
  return { text, at: (column) => columns[column] ?? (columns[columns.length - 1] ?? -1) + 1 };
}

const encoder = new TextEncoder();

/** Byte span of UTF-16 columns [from, to) of line `line` (1-based) as pasted; never empty where the line is not. */
export function spanOfColumns(source: SourceText, line: number, raw: string, from: number, to: number): Span {
  const start = source.lineStarts[line - 1] ?? 0;
  const next = source.lineStarts[line] ?? source.bytes.length + 1;
  const ascii = next - 1 - start === raw.length;
  const byte = (column: number): number => start + (ascii ? column : encoder.encode(raw.slice(0, column)).length);
  const first = byte(Math.min(from, raw.length));
  const last = byte(Math.min(Math.max(to, from + 1), raw.length));
  if (last > first) return { source: source.id, from: first, to: last };
  return first > 0
    ? { source: source.id, from: first - 1, to: first }
    : { source: source.id, from: 0, to: Math.min(1, source.bytes.length) };
}

export const rawLine = (source: SourceText, line: number): string => lineText(source, line);
