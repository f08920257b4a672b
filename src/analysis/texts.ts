import type { Diagnostic } from "../base/diagnostic.ts";
import { frame } from "../base/frame.ts";
import { lineCount, lineText, type SourceText } from "../base/source.ts";
import { lineAt, positionOf, type Span } from "../base/span.ts";
import type { SideName } from "../diagnose/finding.ts";
import type { Reading } from "../formats/reading.ts";
import type { ShownDiagnostic, ShownLine, ShownSource } from "./view.ts";
import { lineKey } from "./view.ts";

/** All texts of one analysis by id: the only place where spans become lines. */
export interface Texts {
  readonly byId: ReadonlyMap<string, SourceText>;
}

export const textsOf = (readings: Readonly<Partial<Record<SideName, Reading>>>): Texts => ({
  byId: new Map(Object.values(readings).flatMap((reading) => [...reading.snapshot.sources])),
});

/** Longest piece of a line that is carried to the page. */
const mostText = 400;

export const shownSource = (source: SourceText): ShownSource => ({
  id: source.id,
  name: source.name,
  bytes: source.bytes.length,
  lines: lineCount(source),
});

export function shownLine(texts: Texts, span: Span): ShownLine | undefined {
  const source = texts.byId.get(span.source);
  if (!source || span.from >= source.bytes.length) return undefined;
  const line = lineAt(source, span.from);
  return {
    file: source.name,
    line,
    text: lineText(source, line, mostText * 4)
      .replace(/\r$/, "")
      .slice(0, mostText),
  };
}

/** Lines for every span found anywhere inside a value, by `lineKey`. */
export function linesIn(texts: Texts, ...values: readonly unknown[]): Record<string, ShownLine> {
  const found: Record<string, ShownLine> = {};
  const seen = new Set<object>();
  const waiting: unknown[] = [...values];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    if (isSpan(value)) {
      const key = lineKey(value);
      if (!(key in found)) {
        const line = shownLine(texts, value);
        if (line) found[key] = line;
      }
    } else waiting.push(...Object.values(value));
  }
  return found;
}

const isSpan = (value: object): value is Span =>
  "source" in value &&
  "from" in value &&
  "to" in value &&
  typeof value.source === "string" &&
  typeof value.from === "number";

/** A diagnostic with its place and the frame a person reads: the line, and carets below what it is about. */
export function shownDiagnostic(texts: Texts, diagnostic: Diagnostic): ShownDiagnostic {
  const { at } = diagnostic;
  const source = texts.byId.get(at.source);
  const place = source ? positionOf(source, at.from) : { line: 1, column: 1 };
  return {
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: diagnostic.message,
    ...(diagnostic.advice ? { advice: diagnostic.advice } : {}),
    source: at.source,
    file: source?.name ?? at.source,
    line: place.line,
    column: place.column,
    frame: source ? frame(source, at) : "",
    at,
  };
}
