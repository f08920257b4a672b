import { describe, expect, it } from "vitest";
import { lineText, sourceText } from "../../base/source.ts";
import { spanText } from "../../base/span.ts";
import { cleanLine } from "./clean-line.ts";
import { addLine, linesOf, newRuns, spanOfColumns } from "./lines.ts";

describe("columns of cleaned lines", () => {
  const cases: [name: string, raw: string, text: string][] = [
    ["a line end", "abc\r", "abc"],
    ["a byte order mark", "\ufeffabc", "abc"],
    ["zero-width blanks", "a\u200bb", "ab"],
    ["colours", "a\u001b[35mb\u001b[0mc", "abc"],
    ["a title", "\u001b]0;title\u0007abc", "abc"],
    ["a character set", "\u001b(Babc", "abc"],
    ["what a carriage return overwrote", "10%\r20%\rdone", "done"],
    ["blanks of pages", "a\u00a0b\u3000c", "a b c"],
    ["no blanks in quotes", 'a "b\u00a0c"', 'a "b\u00a0c"'],
  ];
  it.each(cases)("map back past %s", (_name, raw, text) => {
    const source = sourceText("s", "s", `first 链\n${raw}\nlast`);
    const line = cleanLine(lineText(source, 2));
    expect(line.text).toBe(text);
    for (const [i, c] of [...text].entries()) {
      const span = spanOfColumns(source, 2, raw, line.at(i), line.at(i) + 1);
      expect(spanText(source, span).replace(/[\u00a0\u3000]/, c === " " ? " " : "$&")).toBe(c);
    }
  });

  it("make no empty span", () => {
    for (const text of ["", "\n", "a\n\nb", "\u001b[0m\n", "\r\n"]) {
      const source = sourceText("s", "s", text);
      for (const line of [1, 2, 3]) {
        const span = spanOfColumns(source, line, lineText(source, line), 0, 0);
        expect(span.from).toBeGreaterThanOrEqual(0);
        expect(span.to).toBeLessThanOrEqual(source.bytes.length);
        if (source.bytes.length > 0) expect(span.to).toBeGreaterThan(span.from);
      }
    }
  });
});

describe("runs of lines", () => {
  it("find each line again", () => {
    const runs = newRuns();
    const numbers = [1, 2, 3, 7, 8, 20, 22, 23];
    for (const number of numbers) addLine(runs, number);
    expect(runs.first).toEqual([1, 7, 20, 22]);
    const source = sourceText("s", "s", Array.from({ length: 30 }, (_, i) => `line ${i + 1}`).join("\n"));
    const lines = linesOf(source, runs, [], true);
    expect(Array.from({ length: lines.length }, (_, i) => lines.text(i))).toEqual(numbers.map((n) => `line ${n}`));
  });
});
