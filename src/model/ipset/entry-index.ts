import type { Ternary } from "../../base/ternary.ts";
import type { Family } from "../net/ip.ts";
import { type DimensionKind, type EntryValue, hostOf, readEntryValue, widened } from "./dimension.ts";
import type { IpSet, SetEntry } from "./set.ts";

export interface ReadEntry {
  readonly values: readonly EntryValue[];
  readonly nomatch: boolean;
}

/**
 * Entries of one set, arranged for look-up. A decided packet costs one look-up per combination of prefix lengths in
 * the set (most specific first, as the kernel's mtype_test_cidrs does; the first entry found decides, `nomatch` included);
 * a packet with something symbolic is compared with the entries that its decided parts leave.
 */
export interface EntryIndex {
  readonly dimensions: readonly DimensionKind[];
  /** Entries that could not be read: what is not found may be among them. */
  readonly unreadable: number;
  readonly entries: readonly ReadEntry[];
  /** Positions in `entries` by the key of all dimensions but interfaces. */
  readonly byKey: ReadonlyMap<string, Positions>;
  /** Prefix lengths in use for each dimension that is a network, longest first. */
  readonly lengths: readonly (readonly number[])[];
  /** For packets with symbolic parts: positions by the decided parts, one map for each pattern of decided parts. */
  readonly byDecided: Map<string, ReadonlyMap<string, Positions>>;
  readonly answers: Map<string, Ternary>;
}

/** One position, as nearly always, or several. */
export type Positions = number | number[];
export const listOf = (positions: Positions | undefined): readonly number[] =>
  positions === undefined ? [] : typeof positions === "number" ? [positions] : positions;

export function append(map: Map<string, Positions>, key: string, position: number): void {
  const before = map.get(key);
  if (before === undefined) map.set(key, position);
  else if (typeof before === "number") map.set(key, [before, position]);
  else before.push(position);
}

export function indexEntries(set: IpSet, dimensions: readonly DimensionKind[]): EntryIndex {
  const netmask = /\bnetmask (\d+)\b/.exec(set.options)?.[1];
  const length = netmask === undefined ? undefined : Number(netmask);
  const bitmask = / bitmask /.test(` ${set.options} `);
  const entries: ReadEntry[] = [];
  const byKey = new Map<string, Positions>();
  let unreadable = bitmask ? set.entries.length : 0;
  for (const entry of bitmask ? [] : set.entries) {
    const values = readElement(entry, dimensions, set.family, length);
    if (values) append(byKey, values.map(entryKey).join(" "), entries.push({ values, nomatch: entry.nomatch }) - 1);
    else unreadable++;
  }
  const shown = dimensions.map((kind) => (kind === "ip" && length !== undefined ? "net" : kind));
  const lengths = shown.map((_, i) => {
    const found = new Set<number>();
    for (const { values } of entries) {
      const value = values[i];
      if (value?.kind === "net") found.add(value.length);
    }
    return [...found].sort((a, b) => b - a);
  });
  return { dimensions: shown, unreadable, entries, byKey, lengths, byDecided: new Map(), answers: new Map() };
}

function readElement(
  { text, extensions }: SetEntry,
  kinds: readonly DimensionKind[],
  family: Family,
  netmask: number | undefined,
): readonly EntryValue[] | undefined {
  const parts = text.split(",");
  if (parts.length !== kinds.length) return undefined;
  const values: EntryValue[] = [];
  for (const [i, kind] of kinds.entries()) {
    const part = parts[i] ?? "";
    const value = readEntryValue(kind, kind === "iface" && /\bwildcard\b/.test(extensions) ? `${part}+` : part, family);
    if (!value) return undefined;
    values.push(value.kind === "ip" && netmask !== undefined ? widened(value.is, netmask) : value);
  }
  return values;
}

export function entryKey(value: EntryValue): string {
  switch (value.kind) {
    case "ip":
      return value.is;
    case "net":
      return `${hostOf(value.is)}/${value.length}`;
    case "port":
      return `${value.proto}:${value.port}`;
    case "number":
      return String(value.port);
    case "iface":
      return "*";
  }
}
