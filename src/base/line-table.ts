/** What a byte means for its line. */
const lineEnd = 1;
const odd = 2;
const quote = 4;
/** To be looked at with what follows: CR, `[`. */
const closer = 8;

const kinds = new Uint8Array(256).fill(odd);
kinds.fill(0, 0x20, 0x7f);
kinds[0x0a] = lineEnd;
kinds[0x0d] = closer;
kinds[0x22] = quote;
kinds[0x26] = odd; // & of an entity
kinds[0x3c] = odd; // < of a tag
kinds[0x5b] = closer;
kinds[0x5c] = odd; // a backslash escapes

/** Longest rest of a colour that is looked for: `[38;5;208m`, with room. */
const longestColour = 20;

/**
 * Finds where the lines of a text begin, and which of them are plain: a plain line's text is its bytes and all of it, printable
 * ASCII only, with no `\`, nothing that an entity, a tag or a lost colour may be, and every double quote closed. Readers of large dumps
 * need not look at such a line's every character again for what the paste may have done to it.
 */
export class LineTable {
  private readonly bytes: Uint8Array;
  private starts: Uint32Array;
  /** A bit for each line. */
  private plain: Uint8Array;
  private count = 1;
  /** Bytes looked at. */
  private done = 0;
  /** All that was met in the line at hand; quotes cancel each other out. */
  private met = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    const lines = 64 + (bytes.length >> 6);
    this.starts = new Uint32Array(lines);
    this.plain = new Uint8Array((lines >> 3) + 1);
  }

  /** Goes on to byte `to`; those before it are there by now. */
  scan(to: number): void {
    const { bytes } = this;
    let i = this.done;
    while (i < to) {
      // nearly all bytes mean nothing: they are passed over four at a time
      while (
        i + 4 <= to &&
        ((kinds[bytes[i] ?? 0] ?? 0) |
          (kinds[bytes[i + 1] ?? 0] ?? 0) |
          (kinds[bytes[i + 2] ?? 0] ?? 0) |
          (kinds[bytes[i + 3] ?? 0] ?? 0)) ===
          0
      )
        i += 4;
      for (const end = Math.min(i + 4, to); i < end; i++) {
        const kind = kinds[bytes[i] ?? 0] ?? 0;
        if (kind === lineEnd) this.endLine(i + 1);
        else if (kind !== closer) this.met = (this.met ^ (kind & quote)) | (kind & odd);
        else if (this.isOdd(i, to)) this.met |= odd;
      }
    }
    this.done = to;
  }

  /** Goes to the end. Byte offset of each line's first byte, and a bit for each line. Only LF ends a line. */
  finish(): { readonly lineStarts: Uint32Array; readonly plainLines: Uint8Array } {
    this.scan(this.bytes.length);
    this.endLine(this.bytes.length);
    const lines = this.count - 1;
    return { lineStarts: this.starts.slice(0, lines), plainLines: this.plain.slice(0, (lines + 7) >> 3) };
  }

  private endLine(next: number): void {
    const line = this.count - 1;
    if (this.met === 0) this.plain[line >> 3] = (this.plain[line >> 3] ?? 0) | (1 << (line & 7));
    this.met = 0;
    if (this.count === this.starts.length) this.grow();
    this.starts[this.count++] = next;
  }

  private grow(): void {
    const { starts, plain } = this;
    this.starts = new Uint32Array(starts.length * 2);
    this.starts.set(starts);
    this.plain = new Uint8Array((this.starts.length >> 3) + 1);
    this.plain.set(plain);
  }

  /** CR anywhere but at the line's end; `[1;31m` and `[m`. Where that cannot be seen yet, too. */
  private isOdd(at: number, to: number): boolean {
    const { bytes } = this;
    if (bytes[at] === 0x0d) return at + 1 >= to || bytes[at + 1] !== 0x0a;
    for (let i = at + 1; i < Math.min(to, at + longestColour); i++) {
      const byte = bytes[i] ?? 0;
      if (byte !== 0x3b && (byte < 0x30 || byte > 0x39)) return byte === 0x6d;
    }
    return true;
  }
}
