import { or, type Ternary } from "../../base/ternary.ts";
import type { Packet } from "../net/packet.ts";
import { packetValue } from "./dimension.ts";
import { type EntryIndex, indexEntries } from "./entry-index.ts";
import { lookUp } from "./look-up.ts";
import type { IpSet } from "./set.ts";
import { setTypes } from "./types/index.ts";
import type { SetType } from "./types/set-type.ts";

export type Direction = "src" | "dst";
/** Finds a set by name, for the members of `list:set`. */
export type FindSet = (name: string) => IpSet | undefined;

const indices = new WeakMap<IpSet, EntryIndex>();

function indexOf(set: IpSet, type: SetType): EntryIndex {
  let index = indices.get(set);
  if (!index) {
    index = indexEntries(set, type.dimensions);
    indices.set(set, index);
  }
  return index;
}

/**
 * Is the packet in the set? `dims` are the rule's flags: fewer than the set has dimensions never match, more are ignored (kernel
 * ip_set_core.c ip_set_test). What is not found in a set of which lines are missing is unknown. The first
 * question about a set arranges its entries; after that an answer takes a few look-ups whatever the set's size.
 */
export function setHas(
  set: IpSet,
  dims: readonly Direction[],
  packet: Packet,
  find: FindSet = () => undefined,
): Ternary {
  if (set.type === "list:set") return listHas(set, dims, packet, find);
  const type = setTypes.get(set.type);
  if (!type) return "unknown";
  if (dims.length < type.dimensions.length) return "no";
  if (type.familied && packet.family !== set.family) return "no";
  if (type.sees && !type.sees(packet)) return "no";
  const index = indexOf(set, type);
  const seen = type.dimensions.includes("mark") ? seenBy(set, packet) : packet;
  const values = type.dimensions.map((kind, i) => packetValue(kind, seen, dims[i] ?? "src"));
  const answer = lookUp(index, values);
  return answer === "no" && (!set.whole || index.unreadable > 0) ? "unknown" : answer;
}

/** In any of the member sets; each takes the flags as its own dimensions. kernel ip_set_list_set.c list_set_ktest. */
function listHas(list: IpSet, dims: readonly Direction[], packet: Packet, find: FindSet): Ternary {
  let answer: Ternary = "no";
  for (const entry of list.entries) {
    const member = find(entry.text);
    answer = or(answer, member && member.type !== "list:set" ? setHas(member, dims, packet, find) : "unknown");
    if (answer === "yes") return answer;
  }
  return answer === "no" && !list.whole ? "unknown" : answer;
}

/** hash:ip,mark compares the packet's mark under the set's `markmask` (ip_set_hash_ipmark.c hash_ipmark4_kadt). */
function seenBy(set: IpSet, packet: Packet): Packet {
  const mask = /\bmarkmask (0x[0-9a-fA-F]{1,8}|\d{1,10})\b/.exec(set.options)?.[1];
  return mask === undefined ? packet : { ...packet, mark: (packet.mark & Number(mask)) >>> 0 };
}
