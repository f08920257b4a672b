import type { SourceText } from "./source.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Stands for byte `b` (128 and above) where it is no UTF-8: no text has such a character, as it is half of a pair. */
const halfPair = (b: number): string => String.fromCharCode(0xdc00 + b);

/** Length of the UTF-8 sequence that a byte begins, by its upper bits. */
const sequence = (b: number): number => (b < 0x80 ? 1 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4);

/** Text of which `encodeExactly` makes the same bytes again, whatever they are. */
export function decodeExactly(source: SourceText, from: number, to: number): string {
  const bytes = source.bytes.subarray(from, to);
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = sequence(bytes[at] ?? 0);
    try {
      text += strict.decode(bytes.subarray(at, at + length));
      at += length;
    } catch {
      text += halfPair(bytes[at] ?? 0);
      at++;
    }
  }
  return text;
}

/** UTF-8, but for what `decodeExactly` kept of other bytes. */
export function encodeExactly(text: string): Uint8Array {
  const pieces = text.split(/([\ud800-\udbff][\udc00-\udfff])|([\udc80-\udcff])/);
  if (pieces.length === 1) return encoder.encode(text);
  const parts: Uint8Array[] = [];
  for (let i = 0; i < pieces.length; i += 3) {
    const [plain = "", pair = "", half = ""] = pieces.slice(i, i + 3);
    parts.push(encoder.encode(plain + pair));
    if (half !== "") parts.push(Uint8Array.of(half.charCodeAt(0) - 0xdc00));
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
