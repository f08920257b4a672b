import { and, type Ternary } from "../../base/ternary.ts";
import { isSymbolic } from "../net/symbolic.ts";
import { networkKey, type PacketValue } from "./dimension.ts";
import { append, type EntryIndex, entryKey, listOf, type Positions, type ReadEntry } from "./entry-index.ts";
import { fits, isDecided, valueKey } from "./fits.ts";

/** Is the packet in the set, as far as the entries that were read say? */
export function lookUp(index: EntryIndex, packet: readonly PacketValue[]): Ternary {
  if (packet.every(isDecided)) return lookUpDecided(index, packet, 0, "") ?? "no";
  const key = packet.map(valueKey).join(" ");
  const known = index.answers.get(key);
  if (known) return known;
  const answer = compareAll(index, packet);
  if (index.answers.size >= 10000) index.answers.clear();
  index.answers.set(key, answer);
  return answer;
}

/** Tries the prefix lengths of the first network dimension, within each those of the second. Undefined: no entry. */
function lookUpDecided(index: EntryIndex, packet: readonly PacketValue[], i: number, key: string): Ternary | undefined {
  const value = packet[i];
  if (!value)
    return answerOf(
      listOf(index.byKey.get(key)).map((at) => index.entries[at]),
      packet,
    );
  const before = i === 0 ? "" : `${key} `;
  if (value.kind !== "net" || isSymbolic(value.is))
    return lookUpDecided(index, packet, i + 1, before + (value.kind === "iface" ? "*" : valueKey(value)));
  for (const length of index.lengths[i] ?? []) {
    const answer = lookUpDecided(index, packet, i + 1, before + networkKey(value.is, length));
    if (answer) return answer;
  }
  return undefined;
}

/** Entries with one key differ by interface only. */
function answerOf(entries: readonly (ReadEntry | undefined)[], packet: readonly PacketValue[]): Ternary | undefined {
  let doubtful = false;
  for (const entry of entries) {
    const fit = entry ? fitsAll(entry, packet) : "no";
    if (fit === "yes") return entry?.nomatch ? "no" : "yes";
    doubtful ||= fit === "unknown";
  }
  return doubtful ? "unknown" : undefined;
}

/** Compares one by one the entries that fit the decided parts of the packet. */
function compareAll(index: EntryIndex, packet: readonly PacketValue[]): Ternary {
  let found: Ternary = "no";
  let excluded = false;
  for (const at of candidates(index, packet)) {
    const entry = index.entries[at];
    const fit = entry ? fitsAll(entry, packet) : "no";
    if (fit === "no" || !entry) continue;
    if (entry.nomatch) excluded = true;
    else if (found !== "yes") found = fit;
  }
  return excluded && found === "yes" ? "unknown" : found;
}

function fitsAll(entry: ReadEntry, packet: readonly PacketValue[]): Ternary {
  let result: Ternary = "yes";
  for (const [i, value] of packet.entries()) {
    const own = entry.values[i];
    result = own ? and(result, fits(value, own)) : "no";
    if (result === "no") return result;
  }
  return result;
}

/** Positions of entries whose address and port dimensions are those of the packet, wherever the packet's are decided. */
function candidates(index: EntryIndex, packet: readonly PacketValue[]): Iterable<number> {
  const exact = packet.map((value) => value.kind !== "net" && value.kind !== "iface" && isDecided(value));
  if (!exact.includes(true)) return index.entries.keys();
  const pattern = exact.join();
  let map = index.byDecided.get(pattern);
  if (!map) {
    const built = new Map<string, Positions>();
    for (const [at, { values }] of index.entries.entries())
      append(
        built,
        values
          .filter((_, i) => exact[i])
          .map(entryKey)
          .join(" "),
        at,
      );
    map = built;
    index.byDecided.set(pattern, map);
  }
  return listOf(
    map.get(
      packet
        .filter((_, i) => exact[i])
        .map(valueKey)
        .join(" "),
    ),
  );
}
