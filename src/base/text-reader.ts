import { decode, type SourceText } from "./source.ts";

/** Bytes decoded ahead where a text is read from front to back. Larger pieces are slower: they leave the processor's cache. */
const most = 1 << 16;

/**
 * Gives pieces of a source's text. Read from front to back, many are cut from one decoded stretch, as a decoder's call costs more than
 * a line's text; asked for here and there, each is decoded by itself.
 */
export class TextReader {
  private readonly source: SourceText;
  private readonly ahead: boolean;
  /** The stretch at hand, as bytes [from, to) and, if it is ASCII only, as text. */
  private from = 0;
  private to = 0;
  private text: string | undefined = "";

  /** Without `ahead` just what was asked for is decoded, so that a piece that somebody keeps holds no more than that in memory. */
  constructor(source: SourceText, ahead = true) {
    this.source = source;
    this.ahead = ahead;
  }

  /** Pieces of bytes [from, to) will be asked for. */
  hold(from: number, to: number): void {
    if (from < this.from || to > this.to) this.moveTo(from, to);
  }

  /** The text of bytes [from, to). */
  read(from: number, to: number): string {
    if (from < this.from || to > this.to) this.moveTo(from, to);
    return this.text === undefined ? decode(this.source, from, to) : this.text.slice(from - this.from, to - this.from);
  }

  private moveTo(from: number, to: number): void {
    const goesOn = this.ahead && from >= this.from && from <= this.to + most;
    const size = goesOn ? Math.min(most, (this.to - this.from) * 4) : 0;
    this.from = from;
    this.to = Math.max(to, Math.min(from + size, this.source.bytes.length));
    const text = decode(this.source, this.from, this.to);
    // UTF-8 has fewer characters than bytes but where all are ASCII, or each of the others is damaged by itself
    this.text = text.length === this.to - this.from && !text.includes("\ufffd") ? text : undefined;
  }
}
