import { describe, expect, it } from "vitest";
import { collectText, type SourceText, sourceText } from "./source.ts";

const text = "$ kubectl get nodes\r\nn1   Ready   节点 \u{1f600}\r\n".repeat(3);
const le16 = (of: string): Uint8Array => {
  const units = new Uint8Array(of.length * 2);
  for (let i = 0; i < of.length; i++) units.set([of.charCodeAt(i) & 255, of.charCodeAt(i) >> 8], i * 2);
  return units;
};
const swapped = (bytes: Uint8Array): Uint8Array => bytes.map((_, i) => bytes[i ^ 1] ?? 0);
const shown = ({ bytes, wasUtf16 }: SourceText): [string, boolean] => [
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes),
  wasUtf16 === true,
];
/** Taken in a few bytes at a time, so that characters are cut. */
function inPieces(bytes: Uint8Array, size: number): SourceText {
  const collector = collectText(bytes.length);
  for (let at = 0; at < bytes.length; at += size) collector.push(bytes.subarray(at, at + size));
  return collector.finish("s", "s");
}

describe("UTF-16", () => {
  const cases: [name: string, bytes: Uint8Array, is: [string, boolean]][] = [
    ["little endian with a mark", le16(`\ufeff${text}`), [text, true]],
    ["big endian with a mark", swapped(le16(`\ufeff${text}`)), [text, true]],
    ["little endian without", le16(text), [text, true]],
    ["big endian without", swapped(le16(text)), [text, true]],
    ["a last byte too many", Uint8Array.of(...le16(text), 0x41), [`${text}\ufffd`, true]],
    ["UTF-8", new TextEncoder().encode(text), [text, false]],
    ["UTF-8 with a mark", new TextEncoder().encode(`\ufeff${text}`), [`\ufeff${text}`, false]],
    ["the words of a process", new TextEncoder().encode("a\0-b\0c\0d\0"), ["a\0-b\0c\0d\0", false]],
    ["two bytes", le16("a"), ["a\0", false]],
  ];
  it.each(cases)("%s is told, and shown as UTF-8", (_, bytes, is) => {
    expect(shown(sourceText("s", "s", bytes))).toEqual(is);
    for (const size of [41, 64, bytes.length]) expect(shown(inPieces(bytes, size))).toEqual(is);
  });
  it("has its lines where they stand in the text as shown", () => {
    const source = inPieces(le16(`\ufeff${text}`), 41);
    expect([...source.lineStarts]).toEqual([...sourceText("s", "s", text).lineStarts]);
  });
});
