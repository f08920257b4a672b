import { prefixMask } from "../net/cidr.ts";
import { bitsOf, type Family, fromV4, fromValue, ipNumber, parseV4 } from "../net/ip.ts";
import { protocolName, protocolNumber } from "../net/protocol.ts";
import type { DimensionKind, EntryValue } from "./dimension.ts";

export interface ReadEntry {
  readonly values: readonly EntryValue[];
  readonly nomatch: boolean;
}

/**
 * Values of many entries as 32-bit words side by side: as objects a hundred thousand of them would cost twenty times
 * as much. Masks and interface names, of which there are few, stand in lists of their own.
 */
export interface Rows {
  readonly family: Family;
  readonly kinds: readonly DimensionKind[];
  readonly length: number;
  /** Masks in use in each dimension, most specific first; empty where the dimension has no networks. */
  masks(dimension: number): readonly bigint[];
  at(row: number): ReadEntry;
  /** The keyed ones among the `chosen` dimensions of a row, mixed to a number. */
  hash(row: number, chosen: readonly boolean[]): number;
  /** Whether two rows have the same values in the keyed ones among the `chosen` dimensions. */
  same(row: number, other: number, chosen: readonly boolean[]): boolean;
  /** Writes values behind the last row, as row `length` for `hash` and `same`, until the next ones take their place. */
  hold(values: readonly EntryValue[]): void;
}

/** `mac` is part of the key only where nothing stands before it: bitmap:ip,mac has entries for any. */
export const isKeyed = (kind: DimensionKind, dimension: number): boolean =>
  kind !== "iface" && (kind !== "mac" || dimension === 0);

const mix = (hash: number, word: number): number => {
  const h = Math.imul(hash ^ word, 0x9e3779b1);
  return h ^ (h >>> 15);
};
const macWords = (mac: string): readonly [number, number] => {
  const hex = mac.replaceAll(":", "");
  return [Number.parseInt(hex.slice(0, 6), 16), Number.parseInt(hex.slice(6), 16)];
};

export interface RowBuilder extends Rows {
  push(values: readonly EntryValue[], nomatch: boolean): void;
}

export function newRows(kinds: readonly DimensionKind[], family: Family): RowBuilder {
  const address = family === 4 ? 1 : 4;
  const widths = kinds.map((kind) => (kind === "ip" || kind === "net" ? address + 1 : kind === "mac" ? 2 : 1));
  const starts: number[] = [];
  let width = 1;
  for (const w of widths) {
    starts.push(width);
    width += w;
  }
  let words = new Uint32Array(64 * width);
  let length = 0;
  const maskIds = new Map<bigint, number>();
  const maskList: bigint[] = [];
  const used = kinds.map(() => new Set<bigint>());
  const nameIds = new Map<string, number>();
  const names: { readonly pattern: string; readonly physdev: boolean }[] = [];
  const full = prefixMask(family, bitsOf(family));

  const maskId = (mask: bigint): number => {
    let id = maskIds.get(mask);
    if (id === undefined) {
      id = maskList.push(mask) - 1;
      maskIds.set(mask, id);
    }
    return id;
  };
  const putAddress = (at: number, value: bigint, mask: bigint): void => {
    words[at] = maskId(mask);
    if (family === 4) words[at + 1] = Number(value);
    else for (let i = address; i > 0; i--) words[at + i] = Number((value >> BigInt((address - i) * 32)) & 0xffffffffn);
  };
  const addressAt = (at: number): bigint => {
    let value = 0n;
    for (let i = 1; i <= address; i++) value = (value << 32n) | BigInt(words[at + i] ?? 0);
    return value;
  };
  const put = (value: EntryValue, at: number): void => {
    switch (value.kind) {
      case "ip":
        if (family === 4) {
          words[at] = maskId(full);
          words[at + 1] = parseV4(value.is) ?? 0;
        } else putAddress(at, ipNumber(value.is), full);
        break;
      case "net":
        putAddress(at, value.is.base, value.is.mask);
        break;
      case "port":
        words[at] = ((protocolNumber(value.proto) ?? 255) << 16) | value.port;
        break;
      case "number":
        words[at] = value.port;
        break;
      case "mark":
        words[at] = value.is;
        break;
      case "iface": {
        const key = `${value.physdev} ${value.pattern}`;
        const id = nameIds.get(key) ?? names.push({ pattern: value.pattern, physdev: value.physdev }) - 1;
        nameIds.set(key, id);
        words[at] = id;
        break;
      }
      case "mac": {
        const [high, low] = value.is === undefined ? [0xffffffff, 0] : macWords(value.is);
        words[at] = high;
        words[at + 1] = low;
      }
    }
  };
  const valueAt = (kind: DimensionKind, at: number): EntryValue => {
    const word = words[at] ?? 0;
    switch (kind) {
      case "ip":
      case "net": {
        const mask = maskList[word] ?? full;
        if (mask !== full) return { kind: "net", is: { family, base: addressAt(at), mask } };
        return { kind: "ip", is: family === 4 ? fromV4(words[at + 1] ?? 0) : fromValue(6, addressAt(at)) };
      }
      case "port":
        return { kind, proto: protocolName(String(word >>> 16)) ?? "", port: word & 0xffff };
      case "number":
        return { kind, port: word };
      case "mark":
        return { kind, is: word };
      case "iface":
        return { kind, ...(names[word] ?? { pattern: "", physdev: false }) };
      case "mac": {
        if (word === 0xffffffff) return { kind, is: undefined };
        const hex = word.toString(16).padStart(6, "0") + (words[at + 1] ?? 0).toString(16).padStart(6, "0");
        return { kind, is: hex.match(/../g)?.join(":") };
      }
    }
  };

  /** The row behind the last one is free: `push` and `hold` write there. */
  const putRow = (values: readonly EntryValue[]): number => {
    if ((length + 1) * width > words.length) {
      const wider = new Uint32Array(words.length * 2);
      wider.set(words);
      words = wider;
    }
    const from = length * width;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value) put(value, from + (starts[i] ?? 0));
    }
    return from;
  };
  const keyed = kinds.map(isKeyed);
  const hash = (row: number, chosen: readonly boolean[]): number => {
    let mixed = 0;
    for (let i = 0; i < kinds.length; i++) {
      if (!chosen[i] || !keyed[i]) continue;
      const at = row * width + (starts[i] ?? 0);
      for (let k = 0; k < (widths[i] ?? 0); k++) mixed = mix(mixed, words[at + k] ?? 0);
    }
    return mixed;
  };

  return {
    family,
    kinds,
    get length() {
      return length;
    },
    masks: (dimension) => [...(used[dimension] ?? [])].sort((a, b) => (a === b ? 0 : a > b ? -1 : 1)),
    at(row) {
      const from = row * width;
      return { values: kinds.map((kind, i) => valueAt(kind, from + (starts[i] ?? 0))), nomatch: words[from] === 1 };
    },
    hash,
    same(row, other, chosen) {
      for (let i = 0; i < kinds.length; i++) {
        if (!chosen[i] || !keyed[i]) continue;
        const start = starts[i] ?? 0;
        for (let at = start; at < start + (widths[i] ?? 0); at++)
          if (words[row * width + at] !== words[other * width + at]) return false;
      }
      return true;
    },
    hold: putRow,
    push(values, nomatch) {
      const from = putRow(values);
      words[from] = nomatch ? 1 : 0;
      for (const [i, value] of values.entries())
        if (value.kind === "ip") used[i]?.add(full);
        else if (value.kind === "net") used[i]?.add(value.is.mask);
      length++;
    },
  };
}
