import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeExactly, encodeExactly } from "./exact-bytes.ts";
import { sourceText } from "./source.ts";

const through = (bytes: Uint8Array): Uint8Array => {
  const source = sourceText("s", "s", bytes);
  return encodeExactly(decodeExactly(source, 0, bytes.length));
};

describe("bytes that are no UTF-8", () => {
  it.each([
    ["a plain text", [0x61, 0x62]],
    ["a byte alone", [0x22, 0x80, 0x62]],
    ["a sequence that is cut off", [0xe4, 0xb8]],
    ["characters beyond 16 bits", [0xf0, 0x9f, 0x98, 0x80, 0xff]],
    ["an encoded half of a pair", [0xed, 0xb2, 0x80]],
  ])("%s comes back", (_, bytes) => expect([...through(Uint8Array.from(bytes))]).toEqual(bytes));

  it("come back, whatever they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect([...through(bytes)]).toEqual([...bytes]);
      }),
    );
  });
});
