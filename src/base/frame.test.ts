import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frame } from "./frame.ts";
import { sourceText } from "./source.ts";

const at = (text: string, mark: string) => {
  const from = Buffer.byteLength(text.slice(0, text.indexOf(mark)));
  return frame(sourceText("s", "s", text), { source: "s", from, to: from + Buffer.byteLength(mark) });
};

describe("frame", () => {
  const cases: [name: string, text: string, mark: string, expected: string][] = [
    ["points at a word", "one\n-A OUTPUT -j NOPE\n", "NOPE", "2 | -A OUTPUT -j NOPE\n  |              ^^^^"],
    ["counts wide characters twice", "链 中文 x\n", "x", "1 | 链 中文 x\n  |         ^"],
    ["keeps tabs", "a\tb\n", "b", "1 | a\tb\n  |  \t^"],
    ["counts pictures twice", "🙂 x\n", "x", "1 | 🙂 x\n  |    ^"],
    ["shows no escape sequence", "a\u001b[31mb\n", "b", "1 | a\ufffd[31mb\n  |       ^"],
    ["leaves the carriage return out", "abc\r\n", "c", "1 | abc\n  |   ^"],
  ];
  it.each(cases)("%s", (_name, text, mark, expected) => expect(at(text, mark)).toBe(expected));

  it("windows a very long line around the span", () => {
    const shown = at(`${"x".repeat(100_000)}HERE${"y".repeat(100_000)}`, "HERE");
    expect(shown.length).toBeLessThan(300);
    expect(shown).toContain("HERE");
  });

  it("makes two lines of any span of any text", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(), fc.nat(), (bytes, a, b) => {
        const from = a % bytes.length;
        const to = from + 1 + (b % (bytes.length - from));
        const shown = frame(sourceText("s", "s", bytes), { source: "s", from, to }).split("\n");
        return shown.length === 2 && /\| \s*\^+$/.test(shown[1] ?? "");
      }),
    );
  });
});
