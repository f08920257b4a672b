import { and, type Ternary } from "../../base/ternary.ts";
import { prefixMask } from "../net/cidr.ts";
import { bitsOf, type Family, type Ip, ipNumber } from "../net/ip.ts";
import { isSymbolic } from "../net/symbolic.ts";
import type { EntryValue, PacketValue } from "./dimension.ts";
import { type EntryIndex, rowsWith } from "./entry-index.ts";
import { fits, isDecided, valueKey } from "./fits.ts";
import type { ReadEntry } from "./rows.ts";

/** Is the packet in the set, as far as the entries that were read say? */
export function lookUp(index: EntryIndex, packet: readonly PacketValue[]): Ternary {
  if (packet.every((value) => value.kind === "mac" || isDecided(value)))
    return lookUpDecided(index, packet, []) ?? "no";
  const { chosen, wanted } = decidedParts(index, packet);
  // an address leaves few entries; whatever leaves many is compared with them once
  if (chosen.some((is, i) => is && (wanted[i]?.kind === "net" || wanted[i]?.kind === "ip")))
    return compareAll(index, packet, rowsWith(index, chosen, wanted));
  const key = packet.map(valueKey).join(" ");
  const known = index.answers.get(key);
  if (known) return known;
  const answer = compareAll(index, packet, rowsWith(index, chosen, wanted));
  if (index.answers.size >= 10000) index.answers.clear();
  index.answers.set(key, answer);
  return answer;
}

/** Tries the masks of the first address, within each those of the second. Undefined: no entry. */
function lookUpDecided(
  index: EntryIndex,
  packet: readonly PacketValue[],
  wanted: readonly EntryValue[],
): Ternary | undefined {
  const i = wanted.length;
  const value = packet[i];
  if (!value) {
    const chosen = packet.map(isDecided);
    return answerOf(index, rowsWith(index, chosen, wanted), packet, wanted);
  }
  if (value.kind !== "net" && value.kind !== "ip") return lookUpDecided(index, packet, [...wanted, asEntry(value)]);
  if (isSymbolic(value.is)) return undefined;
  for (const mask of index.masks[i] ?? []) {
    const answer = lookUpDecided(index, packet, [...wanted, netOf(value.is, mask, index.rows.family)]);
    if (answer) return answer;
  }
  return undefined;
}

/** The net of an address that an entry with this mask would hold. */
const netOf = (ip: Ip, mask: bigint, family: Family): EntryValue =>
  mask === prefixMask(family, bitsOf(family))
    ? { kind: "ip", is: ip }
    : { kind: "net", is: { family, base: ipNumber(ip) & mask, mask } };

/** What an entry would hold that has exactly the packet's value. */
function asEntry(value: Exclude<PacketValue, { kind: "ip" | "net" }>): EntryValue {
  switch (value.kind) {
    case "port":
      return { ...value, port: isSymbolic(value.port) ? 0 : value.port };
    case "number":
      return { kind: "number", port: isSymbolic(value.port) ? 0 : value.port };
    case "mark":
      return value;
    case "mac":
      return { kind: "mac", is: value.is ?? undefined };
    case "iface":
      return { kind: "iface", pattern: "", physdev: false };
  }
}

/**
 * Entries with one key differ by interface or MAC only. In hash:net,iface the most specific net that holds the address decides, whatever its devices: no wider one is looked at
 * (ip_set_hash_gen.h mtype_test_cidrs, `!multi`). Seen on Linux 6.18: with 10.244.0.0/16,lo and 10.0.0.0/8,eth0, a packet
 * from 10.244.1.11 out eth0 is not in the set.
 */
function answerOf(
  index: EntryIndex,
  rows: readonly number[],
  packet: readonly PacketValue[],
  wanted: readonly EntryValue[],
): Ternary | undefined {
  let doubtful = false;
  let otherDevice = false;
  for (const row of rows) {
    const entry = index.rows.at(row);
    const fit = fitsAll(entry, packet);
    if (fit === "yes") return entry.nomatch ? "no" : "yes";
    doubtful ||= fit === "unknown";
    otherDevice ||= wanted[1]?.kind === "iface";
  }
  return doubtful ? "unknown" : otherDevice ? "no" : undefined;
}

function compareAll(index: EntryIndex, packet: readonly PacketValue[], rows: readonly number[]): Ternary {
  let found: Ternary = "no";
  let excluded = false;
  for (const row of rows) {
    const entry = index.rows.at(row);
    const fit = fitsAll(entry, packet);
    if (fit === "no") continue;
    if (entry.nomatch) excluded = true;
    else if (found !== "yes") found = fit;
  }
  return excluded && found === "yes" ? "unknown" : found;
}

function fitsAll(entry: ReadEntry, packet: readonly PacketValue[]): Ternary {
  let result: Ternary = "yes";
  for (let i = 0; i < packet.length; i++) {
    const value = packet[i];
    const own = entry.values[i];
    result = value && own ? and(result, fits(value, own)) : "no";
    if (result === "no") return result;
  }
  return result;
}

/** Ports and marks, and addresses where no entry is a network, as far as they are decided: by these entries are looked up. */
function decidedParts(
  { masks, rows: { family } }: EntryIndex,
  packet: readonly PacketValue[],
): { readonly chosen: readonly boolean[]; readonly wanted: readonly EntryValue[] } {
  const wanted: EntryValue[] = [];
  const chosen = packet.map((value, i) => {
    if (value.kind !== "ip" && value.kind !== "net") {
      wanted.push(asEntry(value));
      return isDecided(value) && value.kind !== "iface";
    }
    const [mask, other] = masks[i] ?? [];
    if (mask !== undefined && other === undefined && !isSymbolic(value.is)) {
      wanted.push(netOf(value.is, mask, family));
      return true;
    }
    wanted.push({ kind: "net", is: { family, base: 0n, mask: mask ?? 0n } });
    return false;
  });
  return { chosen, wanted };
}
