import { decode, type SourceText } from "./source.ts";
import { lineAt, type Span } from "./span.ts";

/** UTF-16 units of a line that a frame shows; longer lines are windowed around the span. */
const width = 100;
/** Units shown before a span that does not begin near the line's start. */
const lead = 20;
/** Bytes of a line that are looked at, before and behind where the span begins: a line may be as long as the text. */
const reach = 2048;
const wide =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
// Escape sequences and changes of writing direction would act on the terminal or on the page.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
const control = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * The line a span begins in, with carets below it:
 *   12 | -A OUTPUT -j KUBE-SERVICE
 *      |              ^^^^^^^^^^^^
 */
export function frame(source: SourceText, span: Span): string {
  const line = lineAt(source, span.from);
  const start = source.lineStarts[line - 1] ?? 0;
  const end = (source.lineStarts[line] ?? source.bytes.length + 1) - 1;
  const first = wholeCharacter(source, Math.max(start, span.from - reach), start);
  const last = Math.min(end, span.from + reach);
  const before = decode(source, first, span.from);
  const marked = decode(source, span.from, Math.max(span.from, Math.min(span.to, last)));
  const behind = decode(source, Math.max(span.from, Math.min(span.to, last)), Math.max(last, span.from));
  const text = `${before}${marked}${behind}`.replace(/\r$/, "").replace(control, "\ufffd");

  const column = Math.min(before.length, text.length);
  const from = splitAt(text, Math.max(0, Math.min(column - lead, text.length - width)));
  const to = splitAt(text, Math.min(text.length, from + width));
  const head = from > 0 || first > start ? "…" : "";
  const tail = to < text.length || last < end ? "…" : "";
  const gutter = String(line);
  const blanks = pad(head + text.slice(from, column));
  const carets = "^".repeat(Math.max(1, cells(text.slice(column, Math.min(column + marked.length, to)))));
  return `${gutter} | ${head}${text.slice(from, to)}${tail}\n${" ".repeat(gutter.length)} | ${blanks}${carets}`;
}

/** The next byte from `at` on that begins a character of UTF-8. */
function wholeCharacter({ bytes }: SourceText, at: number, start: number): number {
  let from = at;
  while (from > start && from < at + 4 && ((bytes[from] ?? 0) & 0xc0) === 0x80) from++;
  return from;
}

/** Never between the two halves of a surrogate pair. */
const splitAt = (text: string, at: number): number => {
  const unit = text.charCodeAt(at);
  return at > 0 && unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
};

/** Blanks as wide as the text; tabs stay, so that they line up. */
const pad = (text: string): string => [...text].map((c) => (c === "\t" ? c : wide.test(c) ? "  " : " ")).join("");
const cells = (text: string): number => [...text].reduce((sum, c) => sum + (wide.test(c) ? 2 : 1), 0);
