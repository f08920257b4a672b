/**
 * Numbers for names that stand in one text, ASCII only, found by their bytes: to make a string of each name met would cost more than all else in
 * reading a large dump. Open addressing; a slot holds a hash and the name's place in `places`.
 */
export class ByteNames {
  private readonly bytes: Uint8Array;
  private slots = new Int32Array(2 * 64);
  /** Where a name begins, its length, and its number. */
  private places = new Int32Array(3 * 32);
  private count = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The number of the name in bytes [from, to); -1: it was not given any. */
  find(from: number, to: number): number {
    const { slots, places } = this;
    const hash = this.hashOf(from, to);
    const mask = slots.length / 2 - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const place = slots[2 * slot + 1] ?? 0;
      if (place === 0) return -1;
      if (slots[2 * slot] === hash && this.isSame(3 * (place - 1), from, to)) return places[3 * place - 1] ?? -1;
    }
  }

  /** The same of a name that stands elsewhere. */
  findText(name: string): number {
    const { slots, places } = this;
    const hash = hashOfText(name);
    const mask = slots.length / 2 - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const place = slots[2 * slot + 1] ?? 0;
      if (place === 0) return -1;
      if (slots[2 * slot] === hash && this.isText(3 * (place - 1), name)) return places[3 * place - 1] ?? -1;
    }
  }

  /** Gives the name in bytes [from, to) a number; it has none yet. */
  add(from: number, to: number, number: number): void {
    if (4 * this.count >= this.slots.length) this.grow();
    const at = 3 * this.count++;
    this.places[at] = from;
    this.places[at + 1] = to - from;
    this.places[at + 2] = number;
    this.put(this.hashOf(from, to), this.count);
  }

  private put(hash: number, place: number): void {
    const mask = this.slots.length / 2 - 1;
    let slot = hash & mask;
    while (this.slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
    this.slots[2 * slot] = hash;
    this.slots[2 * slot + 1] = place;
  }

  private grow(): void {
    const { slots, places } = this;
    this.slots = new Int32Array(slots.length * 2);
    this.places = new Int32Array(places.length * 2);
    this.places.set(places);
    for (let i = 0; i < slots.length; i += 2) if (slots[i + 1] !== 0) this.put(slots[i] ?? 0, slots[i + 1] ?? 0);
  }

  private isSame(at: number, from: number, to: number): boolean {
    const { bytes, places } = this;
    const start = places[at] ?? 0;
    if (places[at + 1] !== to - from) return false;
    for (let i = from, j = start; i < to; i++, j++) if (bytes[i] !== bytes[j]) return false;
    return true;
  }

  private isText(at: number, name: string): boolean {
    const { bytes, places } = this;
    const start = places[at] ?? 0;
    if (places[at + 1] !== name.length) return false;
    for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name.charCodeAt(i)) return false;
    return true;
  }

  private hashOf(from: number, to: number): number {
    const { bytes } = this;
    let hash = to - from;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
    return hash ^ (hash >>> 15);
  }
}

/** As `hashOf` of its bytes, where all of them are ASCII. */
function hashOfText(name: string): number {
  let hash = name.length;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 15);
}
