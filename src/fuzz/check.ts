import { type CodeEntry, diagnosticCodes } from "../base/diagnostic-codes.ts";
import { frame } from "../base/frame.ts";
import { sourceText } from "../base/source.ts";
import type { Span } from "../base/span.ts";
import { toEnd } from "../base/steps.ts";
import { printers } from "../formats/printers.ts";
import { readingOf, readTextSteps } from "../formats/read.ts";
import type { Reading } from "../formats/reading.ts";

/** Bytes that count how many of them are taken out to be decoded: what a reader has looked at, however fast the machine is. */
export class CountedBytes extends Uint8Array {
  looked = 0;
  static get [Symbol.species](): Uint8ArrayConstructor {
    return Uint8Array;
  }
  override subarray(from = 0, to = this.length): Uint8Array<ArrayBuffer> {
    const part = super.subarray(from, to) as Uint8Array<ArrayBuffer>;
    this.looked += part.length;
    return part;
  }
}

/** How often a byte may be looked at, reading and printing everything, and what a text of no length may cost. */
export const budget = { timesEach: 40, start: 20_000 };

/** What is wrong with how a text is read and printed; undefined: nothing. Throws what the readers throw. */
export function fault(content: Uint8Array): string | undefined {
  const bytes = new CountedBytes(content);
  const source = sourceText("s", "paste 1", bytes);
  const text = toEnd(readTextSteps(source));
  const reading = readingOf([text]);
  for (const { contribution } of text.pieces)
    for (const printer of printers)
      for (const line of printer.print(contribution, source) ?? []) if (line === undefined) return "nothing printed";
  const length = source.bytes.length;
  const most = budget.start + budget.timesEach * length;
  if (bytes.looked > most) return `${bytes.looked} bytes looked at for ${length}`;
  for (const { code, severity, at } of reading.diagnostics) {
    const entry = entryOf(code);
    if (!entry) return `${code} is not in base/diagnostic-codes.ts`;
    if (!entry.severity.includes(severity)) return `${code} is reported as ${severity}`;
    if (!within(at, length)) return `${code} stands at ${at.from}–${at.to} of ${length}`;
    if (length > 0 && !frame(source, at).includes("^")) return `${code} has no frame`;
  }
  const span = badSpan(reading, length);
  return span && `a value stands at ${span.from}–${span.to} of ${length}`;
}

function entryOf(code: string): CodeEntry | undefined {
  const [area = "", defect = ""] = code.split("/");
  const table: Readonly<Record<string, Readonly<Record<string, CodeEntry>>>> = diagnosticCodes;
  return table[area]?.[defect];
}

const within = (span: Span, length: number): boolean =>
  span.from >= 0 && span.to <= length && (span.from < span.to || length === 0);

/** The first span anywhere in a reading, its rules included, that is empty or not within the text. */
function badSpan(reading: Reading, length: number): Span | undefined {
  const seen = new Set<object>();
  const waiting: unknown[] = [reading.segments, { ...reading.snapshot, sources: undefined, iptables: undefined }];
  for (const ruleset of reading.snapshot.iptables.values())
    for (const table of ruleset.tables.values())
      for (const chain of table.chains.values()) {
        waiting.push(chain.at);
        for (let i = 0; i < chain.rules.length; i++) waiting.push(chain.rules.at(i));
      }
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    // a route has prefixes in `from` and `to`
    if ("from" in value && typeof value.from === "number" && "to" in value && "source" in value) {
      if (!within(value as Span, length)) return value as Span;
    } else waiting.push(...(value instanceof Map ? value.values() : Object.values(value)));
  }
  return undefined;
}
