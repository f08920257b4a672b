import { LineTable } from "./line-table.ts";
import type { Span } from "./span.ts";
import { joined, utf8Of, utf16In } from "./utf-16.ts";

/** One pasted text or dropped file, kept as it was given, but for its encoding. Everything read from it points back into `bytes`. */
export interface SourceText {
  /** Unique within one analysis, e.g. `broken/0`. */
  readonly id: string;
  /** What the user knows it by: a file name, or `paste 1`. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Byte offset of each line's first byte; line n (1-based) starts at `lineStarts[n - 1]`. Only LF ends a line. */
  readonly lineStarts: Uint32Array;
  /** A bit for each line: see `isPlainLine`. */
  readonly plainLines: Uint8Array;
  /** What was given is UTF-16: `bytes` is the same text in UTF-8. */
  readonly wasUtf16?: true;
  /** Where a byte stands in the text as pasted, if this is that text with its lines put right. */
  readonly origin?: (offset: number) => number;
}

/** A place of `source` in the text as pasted. */
export function inPasted({ origin }: SourceText, span: Span): Span {
  if (!origin) return span;
  const from = origin(span.from);
  return { source: span.source, from, to: Math.max(from + 1, origin(span.to - 1) + 1) };
}

const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
const encoder = new TextEncoder();

export function sourceText(id: string, name: string, content: Uint8Array | string): SourceText {
  const given = typeof content === "string" ? encoder.encode(content) : content;
  const encoding = utf16In(given);
  if (!encoding) return { id, name, bytes: given, ...new LineTable(given).finish() };
  const decoded = utf8Of(encoding);
  return fromUtf16(id, name, [decoded.push(given), decoded.finish()]);
}

function fromUtf16(id: string, name: string, pieces: readonly Uint8Array[]): SourceText {
  const bytes = joined(pieces);
  return { id, name, bytes, ...new LineTable(bytes).finish(), wasUtf16: true };
}

/** A text that arrives in pieces: a large file is never held twice, unless it is UTF-16. */
export interface Collector {
  push(piece: Uint8Array): void;
  finish(id: string, name: string): SourceText;
}

/** Collects a text of exactly `size` bytes; where lines begin is found on the way. */
export function collectText(size: number): Collector {
  const bytes = new Uint8Array(size);
  const lines = new LineTable(bytes);
  let filled = 0;
  const decoded: Uint8Array[] = [];
  let decoder: ReturnType<typeof utf8Of> | undefined;
  return {
    push(piece) {
      if (filled === 0) {
        const encoding = utf16In(piece);
        decoder = encoding && utf8Of(encoding);
      }
      if (decoder) {
        decoded.push(decoder.push(piece));
        filled += piece.length;
        return;
      }
      bytes.set(piece, filled);
      filled += piece.length;
      lines.scan(filled);
    },
    finish: (id, name) =>
      decoder ? fromUtf16(id, name, [...decoded, decoder.finish()]) : { id, name, bytes, ...lines.finish() },
  };
}

export const lineCount = (source: SourceText): number =>
  source.lineStarts[source.lineStarts.length - 1] === source.bytes.length
    ? source.lineStarts.length - 1
    : source.lineStarts.length;

/**
 * The text of line `line` (1-based) is its bytes as they stand: printable ASCII only, no `\`, nothing that an entity, a tag or a lost
 * colour may be, every double quote closed; only a CR may stand before its LF. False proves nothing.
 */
export const isPlainLine = (source: SourceText, line: number): boolean =>
  (((source.plainLines[(line - 1) >> 3] ?? 0) >> ((line - 1) & 7)) & 1) === 1;

export const decode = (source: SourceText, from: number, to: number): string =>
  decoder.decode(source.bytes.subarray(from, to));

/** Text of line `line` (1-based) as pasted, without its LF; a CR before it is kept. At most `most` bytes of it. */
export function lineText(source: SourceText, line: number, most = Number.POSITIVE_INFINITY): string {
  const from = source.lineStarts[line - 1];
  if (from === undefined) return "";
  return decode(source, from, Math.min(lineEnd(source, line), from + most));
}

/** Where line `line` (1-based) ends, without its LF. */
export function lineEnd(source: SourceText, line: number): number {
  const next = source.lineStarts[line];
  return next === undefined ? source.bytes.length : next - 1;
}

/** Where the text of a plain line ends, without CR and LF. */
export function plainEnd(source: SourceText, line: number): number {
  const end = lineEnd(source, line);
  return end > 0 && source.bytes[end - 1] === 0x0d ? end - 1 : end;
}
