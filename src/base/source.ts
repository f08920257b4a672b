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

export const lineCount = (source: SourceText): number =>
  source.lineStarts[source.lineStarts.length - 1] === source.bytes.length
    ? source.lineStarts.length - 1
    : source.lineStarts.length;

export const decode = (source: SourceText, from: number, to: number): string =>
  decoder.decode(source.bytes.subarray(from, to));

/** Text of line `line` (1-based) as pasted, without its LF; a CR before it is kept. */
export function lineText(source: SourceText, line: number): string {
  const from = source.lineStarts[line - 1];
  if (from === undefined) return "";
  const next = source.lineStarts[line];
  return decode(source, from, next === undefined ? source.bytes.length : next - 1);
}
