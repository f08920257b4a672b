/** One pasted text or dropped file, kept as it was given. Everything read from it points back into `bytes`. */
export interface SourceText {
  /** Unique within one analysis, e.g. `broken/0`. */
  readonly id: string;
  /** What the user knows it by: a file name, or `paste 1`. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Byte offset of each line's first byte; line n (1-based) starts at `lineStarts[n - 1]`. Only LF ends a line. */
  readonly lineStarts: Uint32Array;
}

const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
const encoder = new TextEncoder();

export function sourceText(id: string, name: string, content: Uint8Array | string): SourceText {
  const bytes = typeof content === "string" ? encoder.encode(content) : content;
  let count = 1;
  for (let i = bytes.indexOf(10); i !== -1; i = bytes.indexOf(10, i + 1)) count++;
  const lineStarts = new Uint32Array(count);
  let line = 1;
  for (let i = bytes.indexOf(10); i !== -1; i = bytes.indexOf(10, i + 1)) lineStarts[line++] = i + 1;
  return { id, name, bytes, lineStarts };
}

/** A text that arrives in pieces: a large file is never held twice. */
export interface Collector {
  push(piece: Uint8Array): void;
  finish(id: string, name: string): SourceText;
}

/** Collects a text of exactly `size` bytes; where lines begin is found on the way. */
export function collectText(size: number): Collector {
  const bytes = new Uint8Array(size);
  let filled = 0;
  let starts = new Uint32Array(Math.max(16, size >> 6));
  let lines = 1;
  return {
    push(piece) {
      bytes.set(piece, filled);
      for (let i = piece.indexOf(10); i !== -1; i = piece.indexOf(10, i + 1)) {
        if (lines === starts.length) {
          const grown = new Uint32Array(starts.length * 2);
          grown.set(starts);
          starts = grown;
        }
        starts[lines++] = filled + i + 1;
      }
      filled += piece.length;
    },
    finish: (id, name) => ({ id, name, bytes, lineStarts: starts.slice(0, lines) }),
  };
}

export const lineCount = (source: SourceText): number =>
  source.lineStarts[source.lineStarts.length - 1] === source.bytes.length
    ? source.lineStarts.length - 1
    : source.lineStarts.length;

export const decode = (source: SourceText, from: number, to: number): string =>
  decoder.decode(source.bytes.subarray(from, to));

/** Text of line `line` (1-based) as pasted, without its LF; a CR before it is kept. At most `most` bytes of it. */
export function lineText(source: SourceText, line: number, most = Number.POSITIVE_INFINITY): string {
  const from = source.lineStarts[line - 1];
  if (from === undefined) return "";
  const next = source.lineStarts[line];
  return decode(source, from, Math.min(next === undefined ? source.bytes.length : next - 1, from + most));
}
