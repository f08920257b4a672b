/** Whole numbers that a slot takes: hash of the name, where it begins, its length (0: the slot is free), its number. */
const width = 4;

/**
 * Numbers for names that stand in one text, ASCII only, found by their bytes: to make a string of each name met would cost more than all else in
 * reading a large dump. Open addressing; all that a slot holds lies side by side, as what is far apart in memory is slow to come by.
 */
export class ByteNames {
  private readonly bytes: Uint8Array;
  private slots = new Int32Array(width * 64);
  private count = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The number of the name in bytes [from, to); -1: it was not given any. */
  find(from: number, to: number): number {
    const { slots, bytes } = this;
    const last = slots.length - width;
    const hash = hashOf(bytes, from, to);
    for (let at = Math.imul(hash, width) & last; slots[at + 2] !== 0; at = (at + width) & last) {
      if (slots[at] !== hash || slots[at + 2] !== to - from) continue;
      let i = from;
      for (let j = slots[at + 1] ?? 0; i < to && bytes[i] === bytes[j]; j++) i++;
      if (i === to) return slots[at + 3] ?? -1;
    }
    return -1;
  }

  /** The same of a name that stands elsewhere. */
  findText(name: string): number {
    const { slots, bytes } = this;
    const last = slots.length - width;
    const hash = hashOfText(name);
    for (let at = Math.imul(hash, width) & last; slots[at + 2] !== 0; at = (at + width) & last) {
      if (slots[at] !== hash || slots[at + 2] !== name.length) continue;
      let i = 0;
      for (let j = slots[at + 1] ?? 0; i < name.length && bytes[j] === name.charCodeAt(i); j++) i++;
      if (i === name.length) return slots[at + 3] ?? -1;
    }
    return -1;
  }

  /** Gives the name in bytes [from, to), which is not empty, a number; it has none yet. */
  add(from: number, to: number, number: number): void {
    this.count++;
    if (this.count * width * 3 > this.slots.length * 2) this.grow();
    this.put(hashOf(this.bytes, from, to), from, to - from, number);
  }

  private put(hash: number, from: number, length: number, number: number): void {
    const { slots } = this;
    const last = slots.length - width;
    let at = Math.imul(hash, width) & last;
    while (slots[at + 2] !== 0) at = (at + width) & last;
    slots[at] = hash;
    slots[at + 1] = from;
    slots[at + 2] = length;
    slots[at + 3] = number;
  }

  private grow(): void {
    const { slots } = this;
    this.slots = new Int32Array(slots.length * 2);
    for (let at = 0; at < slots.length; at += width)
      if (slots[at + 2] !== 0) this.put(slots[at] ?? 0, slots[at + 1] ?? 0, slots[at + 2] ?? 0, slots[at + 3] ?? 0);
  }
}

function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = to - from;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}

/** As `hashOf` of its bytes, where all of them are ASCII. */
function hashOfText(name: string): number {
  let hash = name.length;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 15);
}
