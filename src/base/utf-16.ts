export type Utf16 = "utf-16le" | "utf-16be";

/** Bytes looked at where no mark says it. */
const HEAD = 4096;

/**
 * Whether a text that begins with these bytes is UTF-16, as PowerShell's `>` and Windows' editors write it: by its mark, or, without
 * one, by a zero beside nearly every byte of ASCII. `/proc/PID/cmdline` has zeros too, but not in every second place.
 */
export function utf16In(bytes: Uint8Array): Utf16 | undefined {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe) return third === 0 && fourth === 0 ? undefined : "utf-16le"; // else it is UTF-32
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const pairs = Math.min(bytes.length, HEAD) >> 1;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < pairs; i++) {
    if (bytes[2 * i] === 0) even++;
    if (bytes[2 * i + 1] === 0) odd++;
  }
  const most = pairs * 0.6;
  const few = pairs * 0.1; // U+4E00 and its like
  if (pairs < 4) return undefined;
  return odd > most && even < few ? "utf-16le" : even > most && odd < few ? "utf-16be" : undefined;
}

/** Turns UTF-16 that comes in pieces into UTF-8; the mark is taken off. */
export function utf8Of(encoding: Utf16): { push(piece: Uint8Array): Uint8Array; finish(): Uint8Array } {
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  return {
    push: (piece) => encoder.encode(decoder.decode(piece, { stream: true })),
    finish: () => encoder.encode(decoder.decode()),
  };
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
