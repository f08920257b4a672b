import { decode, type SourceText } from "./source.ts";

/** Half-open range of byte offsets into one source text. Never empty, always within the text. */
export interface Span {
  readonly source: string;
  readonly from: number;
  readonly to: number;
}

/** 1-based line and column for display; the column counts UTF-16 units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** 1-based line that holds byte `offset`. */
export function lineAt(source: SourceText, offset: number): number {
  let low = 0;
  let high = source.lineStarts.length;
  while (high - low > 1) {
    const mid = (low + high) >> 1;
    if ((source.lineStarts[mid] ?? 0) <= offset) low = mid;
    else high = mid;
  }
  return low + 1;
}

export function positionOf(source: SourceText, offset: number): Position {
  const line = lineAt(source, offset);
  const start = source.lineStarts[line - 1] ?? 0;
  return { line, column: decode(source, start, offset).length + 1 };
}

export const spanText = (source: SourceText, span: Span): string => decode(source, span.from, span.to);
