import { decode, type SourceText } from "../base/source.ts";
import type { Span } from "../base/span.ts";

/** One pasted line without its noise. Column c of `text` is column `at(c)` of the line as pasted. */
export interface CleanLine {
  readonly text: string;
  readonly at: (column: number) => number;
}

/** Bytes of a line that are looked at; no dump has longer lines. */
export const longestLine = 1 << 16;

// `ip -c` and grep --color put escape sequences inside tokens: ESC [ … letter, ESC ] … BEL, ESC ( B
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
const escapes = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*\u0007?|\([A-Z0-9])/g;
const invisible = /[\ufeff\u200b-\u200d\u2060]/;
const oddBlank = /[\u00a0\u2003\u3000]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
const noise = /[\u001b\ufeff\u200b-\u200d\u2060\u00a0\u2003\u3000]|\r./;

/**
 * Takes off the line end's CR, what a CR inside the line overwrote, escape sequences, invisible characters, and the
 * first `front` columns; blanks of pages and of Chinese text become plain ones outside quotes.
 */
export function cleanLine(raw: string, front: number): CleanLine {
  let end = raw.length;
  while (end > 0 && raw.charCodeAt(end - 1) === 13) end--;
  if (!noise.test(raw)) {
    const start = Math.min(front, end);
    return {
      text: start === 0 && end === raw.length ? raw : raw.slice(start, end),
      at: (column) => Math.min(column + start, raw.length),
    };
  }
  const keep = new Uint8Array(end).fill(1);
  for (const match of raw.matchAll(escapes)) keep.fill(0, match.index, match.index + match[0].length);
  const start = Math.max(Math.min(front, end), raw.lastIndexOf("\r", end - 1) + 1);
  const columns: number[] = [];
  const kept: string[] = [];
  let quoted = false;
  for (let i = start; i < end; i++) {
    const c = raw[i] ?? "";
    if (!keep[i] || invisible.test(c)) continue;
    if (c === '"') quoted = !quoted;
    kept.push(!quoted && oddBlank.test(c) ? " " : c);
    columns.push(i);
  }
  const after = (columns[columns.length - 1] ?? start - 1) + 1;
  return { text: kept.join(""), at: (column) => columns[column] ?? after };
}

const encoder = new TextEncoder();

/** Byte span of UTF-16 columns [from, to) of line `line` (1-based) as pasted; never empty, always within the text. */
export function spanOfColumns(source: SourceText, line: number, raw: string, from: number, to: number): Span {
  const start = source.lineStarts[line - 1] ?? 0;
  const next = source.lineStarts[line] ?? source.bytes.length + 1;
  const ascii = next - 1 - start === raw.length;
  // Where bytes are no UTF-8, each becomes U+FFFD, which is three bytes long: the text's end is the limit.
  const byte = (column: number): number =>
    Math.min(start + (ascii ? column : encoder.encode(raw.slice(0, column)).length), next - 1);
  const first = byte(Math.min(from, raw.length));
  const last = byte(Math.min(Math.max(to, from + 1), raw.length));
  if (last > first) return { source: source.id, from: first, to: last };
  return first > 0
    ? { source: source.id, from: first - 1, to: first }
    : { source: source.id, from: 0, to: Math.min(1, source.bytes.length) };
}

/** Text of a line as pasted, at most `longestLine` bytes of it. */
export function rawLine(source: SourceText, line: number): string {
  const from = source.lineStarts[line - 1];
  if (from === undefined) return "";
  const end = (source.lineStarts[line] ?? source.bytes.length + 1) - 1;
  return decode(source, from, Math.min(end, from + longestLine));
}
