import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../base/diagnostic.ts";
import { type CodeEntry, diagnosticCodes } from "../base/diagnostic-codes.ts";
import { frame } from "../base/frame.ts";
import { sourceText } from "../base/source.ts";
import { formats } from "./index.ts";
import { readNode } from "./read.ts";
import { badSpans } from "./testing/format-checks.ts";
import { readTextCases, type TextCase, told } from "./testing/text-cases.ts";

const folder = join(import.meta.dirname, "bad-input");
const cases = readdirSync(folder)
  .sort()
  .flatMap((name) => readTextCases(name, readFileSync(join(folder, name), "utf8")));

/** Codes reported so far by any case below. */
const met = new Set<string>();

function entryOf({ code }: Diagnostic): CodeEntry | undefined {
  const [area = "", defect = ""] = code.split("/");
  const table: Readonly<Record<string, Readonly<Record<string, CodeEntry>>>> = diagnosticCodes;
  return table[area]?.[defect];
}

function check({ bytes, expected }: TextCase): void {
  const source = sourceText("s", "paste 1", bytes);
  const reading = readNode([source]);
  for (const d of reading.diagnostics) {
    met.add(d.code);
    expect(entryOf(d)?.severity, `${d.code} in base/diagnostic-codes.ts`).toContain(d.severity);
    if (bytes.length > 0) expect(frame(source, d.at)).toMatch(/\^/);
  }
  expect(badSpans(reading)).toEqual([]);
  expect(told(source, reading)).toBe(expected.join("\n"));
}

describe("bad input is told with its place", () => {
  it.each(cases.map((one) => [`${one.file}:${one.line} ${one.name}`, one] as const))("%s", (_, one) => check(one));
});

describe("every", () => {
  const model = join(import.meta.dirname, "../model/netfilter");
  const inCaseFiles = [model, join(model, "matches"), join(model, "targets")].flatMap((place) =>
    readdirSync(place)
      .filter((name) => name.endsWith(".cases.txt"))
      .flatMap((name) => [...readFileSync(join(place, name), "utf8").matchAll(/\b((?:rule|match|target)\/[a-z-]+)@/g)]),
  );
  for (const [, code = ""] of inCaseFiles) met.add(code);

  it("code of a diagnostic has a case", () => {
    const shared = new Set(Object.keys(diagnosticCodes.match).filter((defect) => defect in diagnosticCodes.rule));
    const anywhere = (defect: string): boolean =>
      ["rule", "match", "target"].some((area) => met.has(`${area}/${defect}`));
    const missing = Object.entries(diagnosticCodes).flatMap(([area, entries]) =>
      Object.keys(entries)
        .filter((defect) => !met.has(`${area}/${defect}`) && !(shared.has(defect) && anywhere(defect)))
        .map((defect) => `${area}/${defect}`),
    );
    expect(
      missing,
      "These codes stand in base/diagnostic-codes.ts and no case reports them. Add to formats/bad-input/AREA.cases.txt a text that does " +
        "(for a match or target: a line of its NAME.cases.txt with code@column), or take the code out of the list.",
    ).toEqual([]);
  });

  it("format has fixtures and a test", () => {
    const lacking = formats
      .map(({ id }) => join(import.meta.dirname, id))
      .filter((place) => {
        const fixtures = join(place, "fixtures");
        const tested = existsSync(place) && readdirSync(place).some((name) => name.endsWith(".test.ts"));
        return !tested || !existsSync(fixtures) || readdirSync(fixtures).length === 0;
      });
    expect(lacking, "A format needs FORMAT/fixtures/* and FORMAT/FORMAT.test.ts.").toEqual([]);
  });
});
