import { lineText, type SourceText } from "./source.ts";
import { positionOf, type Span } from "./span.ts";

/** Columns of a line that a frame shows; longer lines are windowed around the span. */
const width = 100;
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
const control = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/**
 * The line a span begins in, with carets below it:
 *   12 | -A OUTPUT -j KUBE-SERVICE
 *      |              ^^^^^^^^^^^^
 */
export function frame(source: SourceText, span: Span): string {
  const { line, column } = positionOf(source, span.from);
  const text = lineText(source, line).replace(/\r$/, "").replace(control, "\ufffd");
  const end = positionOf(source, Math.max(span.from, span.to));
  const stop = end.line === line ? end.column : text.length + 1;
  const from = Math.max(0, Math.min(column - 1 - 20, text.length - width));
  const shown = text.slice(from, from + width);
  const head = from > 0 ? "…" : "";
  const tail = from + width < text.length ? "…" : "";
  const gutter = String(line);
  const before = pad(head + shown.slice(0, column - 1 - from));
  const carets = "^".repeat(Math.max(1, Math.min(cells(shown.slice(column - 1 - from, stop - 1 - from)), width)));
  return `${gutter} | ${head}${shown}${tail}\n${" ".repeat(gutter.length)} | ${before}${carets}`;
}

/** Blanks as wide as the text; tabs stay, so that they line up. */
const pad = (text: string): string => [...text].map((c) => (c === "\t" ? c : wide.test(c) ? "  " : " ")).join("");
const cells = (text: string): number => [...text].reduce((sum, c) => sum + (wide.test(c) ? 2 : 1), 0);
