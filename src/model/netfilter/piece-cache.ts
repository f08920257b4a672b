/** Slots of a large dump's cache; a power of two. */
const most = 1 << 15;

/**
 * What pieces of one text mean, found again by their bytes. There is one place for each piece, and what comes there later takes it, so
 * the cache is bounded. A piece is kept only when it is met a second time, as most of those that are met once are not met again.
 */
export class PieceCache<T> {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly hashes: Int32Array;
  private readonly froms: Int32Array;
  private readonly lengths: Int32Array;
  private readonly values: (T | undefined)[];
  /** Of the piece that was asked for last. */
  private hash = 0;
  private from = 0;
  private length = 0;

  constructor(bytes: Uint8Array, expected: number) {
    let size = 64;
    while (size < most && size < expected) size *= 2;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.hashes = new Int32Array(size);
    this.froms = new Int32Array(size);
    this.lengths = new Int32Array(size);
    this.values = new Array<T | undefined>(size).fill(undefined);
  }

  /** What the bytes [from, to) mean, if that is known. */
  get(from: number, to: number): T | undefined {
    this.from = from;
    this.length = to - from;
    this.hash = this.hashOf(from, to);
    const slot = this.hash & (this.hashes.length - 1);
    return this.lengths[slot] === this.length && this.isSame(this.froms[slot] ?? 0) ? this.values[slot] : undefined;
  }

  /** Tells what the piece means that was asked for last. */
  put(value: T): void {
    const slot = this.hash & (this.hashes.length - 1);
    const again = this.hashes[slot] === this.hash;
    this.hashes[slot] = this.hash;
    this.lengths[slot] = again ? this.length : 0;
    this.froms[slot] = this.from;
    this.values[slot] = again ? value : undefined;
  }

  private isSame(other: number): boolean {
    const { bytes, view, from, length } = this;
    let i = 0;
    for (; i + 4 <= length; i += 4) if (view.getInt32(from + i, true) !== view.getInt32(other + i, true)) return false;
    for (; i < length; i++) if (bytes[from + i] !== bytes[other + i]) return false;
    return true;
  }

  private hashOf(from: number, to: number): number {
    const { bytes, view } = this;
    let hash = to - from;
    let i = from;
    for (; i + 4 <= to; i += 4) {
      hash = Math.imul(hash ^ view.getInt32(i, true), 0x5bd1e995);
      hash ^= hash >>> 15;
    }
    for (; i < to; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x5bd1e995);
    return hash ^ (hash >>> 13);
  }
}
