import type { Ternary } from "../../base/ternary.ts";
import { prefixMask } from "../net/cidr.ts";
import { bitsOf, ipNumber, parseIp } from "../net/ip.ts";
import type { DimensionKind, EntryValue } from "./dimension.ts";
import { type ElementShape, readElement } from "./read-element.ts";
import { newRows, type Rows } from "./rows.ts";
import type { IpSet } from "./set.ts";

/**
 * Entries of one set, arranged for look-up. A decided packet costs one look-up per combination of prefix lengths in
 * the set (most specific first, as the kernel's mtype_test_cidrs does; the first entry found decides, `nomatch` included);
 * a packet with something symbolic is compared with the entries that its decided parts leave.
 */
export interface EntryIndex {
  readonly rows: Rows;
  /** Entries that could not be read: what is not found may be among them. */
  readonly unreadable: number;
  /** Masks in use for each dimension that holds addresses, most specific first. */
  readonly masks: readonly (readonly bigint[])[];
  /** By the dimensions that are looked up by value, a bit each; the others are compared one by one. */
  readonly buckets: Map<number, Buckets>;
  /** Of packets that leave many entries to compare. */
  readonly answers: Map<string, Ternary>;
}

/** Rows by hash: the first row of each bucket, and the next one of the same bucket; -1: none. */
export interface Buckets {
  readonly first: Int32Array;
  readonly next: Int32Array;
}

/** Rows that ranges of user input are spread to at most, in one set. */
const mostRows = 1 << 20;

/** How elements of the set are to be read; undefined: natlens does not know the meaning of its options. */
export function shapeOf(
  set: Pick<IpSet, "type" | "family" | "options">,
  kinds: readonly DimensionKind[],
): ElementShape {
  const { family, options } = set;
  const netmask = /\bnetmask (\d{1,3})\b/.exec(options)?.[1];
  const bitmask = parseIp(/\bbitmask (\S+)/.exec(options)?.[1] ?? "");
  const mask =
    netmask !== undefined && Number(netmask) <= bitsOf(family)
      ? prefixMask(family, Number(netmask))
      : bitmask && ipNumber(bitmask);
  return { kinds, family, ...(mask === undefined ? {} : { mask }) };
}

export function indexEntries(set: IpSet, kinds: readonly DimensionKind[]): EntryIndex {
  const shape = shapeOf(set, kinds);
  const rows = newRows(kinds, set.family);
  let unreadable = 0;
  for (const { text, extensions, nomatch } of set.entries) {
    const read = readElement(text, extensions, shape);
    if (!read || rows.length + read.length > mostRows) unreadable++;
    else for (const values of read) rows.push(values, nomatch);
  }
  const masks = kinds.map((_, i) => rows.masks(i));
  return { rows, unreadable, masks, buckets: new Map(), answers: new Map() };
}

/** Rows that hold the wanted values in the chosen dimensions, as far as these are looked up by value. */
export function rowsWith(
  { rows, buckets }: EntryIndex,
  chosen: readonly boolean[],
  wanted: readonly EntryValue[],
): readonly number[] {
  if (rows.length === 0) return [];
  let key = 0;
  for (let i = 0; i < chosen.length; i++) if (chosen[i]) key |= 1 << i;
  let byHash = buckets.get(key);
  if (!byHash) {
    byHash = bucketsOf(rows, chosen);
    buckets.set(key, byHash);
  }
  const { first, next } = byHash;
  rows.hold(wanted);
  const held = rows.length;
  const found: number[] = [];
  for (let row = first[rows.hash(held, chosen) & (first.length - 1)] ?? -1; row !== -1; row = next[row] ?? -1)
    if (rows.same(row, held, chosen)) found.push(row);
  return found;
}

function bucketsOf(rows: Rows, chosen: readonly boolean[]): Buckets {
  let size = 16;
  while (size < rows.length) size *= 2;
  const first = new Int32Array(size).fill(-1);
  const next = new Int32Array(rows.length).fill(-1);
  for (let row = rows.length - 1; row >= 0; row--) {
    const bucket = rows.hash(row, chosen) & (size - 1);
    next[row] = first[bucket] ?? -1;
    first[bucket] = row;
  }
  return { first, next };
}
