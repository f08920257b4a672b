import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sourceText } from "../../base/source.ts";
import type { Span } from "../../base/span.ts";
import type { Format } from "../format.ts";
import { readNode } from "../read.ts";
import type { Reading } from "../reading.ts";

export const read = (text: string | Uint8Array): Reading => readNode([sourceText("s", "paste 1", text)]);

/** Codes in the order of the text, for tables of cases. */
export const codes = (reading: Reading): string[] => reading.diagnostics.map((d) => d.code);
export const formatsOf = (reading: Reading): string[] => reading.segments.map((s) => s.format);

/** Text that a span covers. */
export function covered(reading: Reading, span: Span): string {
  const source = reading.snapshot.sources.get(span.source);
  return source ? new TextDecoder().decode(source.bytes.subarray(span.from, span.to)) : "";
}

/** A value without spans and sources, comparable and printable. */
export function plain(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (Symbol.iterator in value) return Array.from(value as Iterable<unknown>, plain);
  const kept = Object.entries(value).filter(([key]) => key !== "at" && key !== "sources" && key !== "iptables");
  return Object.fromEntries(kept.map(([key, inner]) => [key, plain(inner)]));
}

/** Every span of a reading lies within its text and is not empty. */
export function badSpans(reading: Reading): Span[] {
  const bad: Span[] = [];
  const check = (value: unknown): void => {
    if (typeof value !== "object" || value === null || value instanceof Uint8Array || value instanceof Uint32Array)
      return;
    if (Symbol.iterator in value) {
      for (const inner of value as Iterable<unknown>) check(inner);
      return;
    }
    if ("from" in value && typeof value.from === "number" && "to" in value && "source" in value) {
      const span = value as Span;
      const length = reading.snapshot.sources.get(span.source)?.bytes.length ?? -1;
      if (!(span.from >= 0 && span.to <= length && (span.from < span.to || length === 0))) bad.push(span);
      return;
    }
    for (const [key, inner] of Object.entries(value)) if (key !== "sources" && key !== "iptables") check(inner);
  };
  check(reading);
  return bad;
}

/** What every format must do with each of its fixtures; `folder` holds them. */
export function fixtureChecks(format: Format, folder: string): void {
  for (const name of readdirSync(join(folder, "fixtures"))) {
    const text = readFileSync(join(folder, "fixtures", name), "utf8");
    describe(`${format.id} fixture ${name}`, () => {
      it("is recognised without a hint, all of it", () => {
        const reading = read(text);
        expect(new Set(formatsOf(reading))).toEqual(new Set([format.id]));
        expect(codes(reading).filter((c) => c.startsWith("paste/"))).toEqual([]);
        expect(badSpans(reading)).toEqual([]);
      });
      it("survives truncation in the middle of every line", () => {
        const lines = text.split("\n");
        for (let n = 1; n < lines.length; n++) {
          const head = lines.slice(0, n).join("\n");
          expect(badSpans(read(head.slice(0, -Math.ceil((lines[n - 1] ?? "").length / 2))))).toEqual([]);
        }
      });
      it("means the same with CRLF, behind quote marks, and with a BOM in front", () => {
        const bare = plain(read(text).snapshot);
        expect(plain(read(text.replaceAll("\n", "\r\n")).snapshot)).toEqual(bare);
        expect(plain(read(`\ufeff${text}`).snapshot)).toEqual(bare);
        expect(plain(read(text.replace(/^(?=.)/gm, "> ")).snapshot)).toEqual(bare);
      });
    });
  }
}
