/** Slots of a large dump's cache; a power of two. More would no longer lie near the processor. */
const most = 1 << 12;

/**
 * What pieces of one text mean, found again by their bytes. There is one place for each piece, and what comes there later takes it, so
 * the cache is bounded. A piece is kept only when it is met a second time, as most of those that are met once are not met again.
 */
export class PieceCache<T> {
  private readonly bytes: Uint8Array;
  /** For each slot: hash, where the piece begins, its length; 0: its value is not kept. */
  private readonly slots: Int32Array;
  private readonly values: (T | undefined)[];
  private readonly mask: number;
  /** Of the piece that was asked for last. */
  private hash = 0;
  private from = 0;
  private length = 0;

  constructor(bytes: Uint8Array, expected: number) {
    let size = 64;
    while (size < most && size < expected) size *= 2;
    this.bytes = bytes;
    this.mask = size - 1;
    this.slots = new Int32Array(4 * size);
    this.values = new Array<T | undefined>(size).fill(undefined);
  }

  /** What the bytes [from, to) mean, if that is known. */
  get(from: number, to: number): T | undefined {
    const { bytes, slots } = this;
    const hash = hashOf(bytes, from, to);
    this.hash = hash;
    this.from = from;
    this.length = to - from;
    const slot = hash & this.mask;
    if (slots[4 * slot] !== hash || slots[4 * slot + 2] !== to - from) return undefined;
    for (let i = from, j = slots[4 * slot + 1] ?? 0; i < to; i++, j++) if (bytes[i] !== bytes[j]) return undefined;
    slots[4 * slot + 1] = from; // what was read just now is near the processor
    return this.values[slot];
  }

  /** Tells what the piece means that was asked for last. */
  put(value: T): void {
    const { slots, hash } = this;
    const slot = hash & this.mask;
    const again = slots[4 * slot] === hash;
    slots[4 * slot] = hash;
    slots[4 * slot + 1] = this.from;
    slots[4 * slot + 2] = again ? this.length : 0;
    this.values[slot] = again ? value : undefined;
  }
}

/** Of some of the bytes only, those at the end among them: pieces that differ hardly ever do so elsewhere alone. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  const step = 1 + ((to - from) >> 3);
  let hash = to - from;
  for (let i = to - 1; i >= from; i -= step) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (bytes[to - 2] ?? 0) ^ ((bytes[to - 3] ?? 0) << 8), 0x01000193);
  return hash ^ (hash >>> 15);
}
