import type { Family } from "../model/net/ip.ts";
import type { FieldChange, Packet, PacketField } from "../model/net/packet.ts";
import { fieldKey } from "../model/net/symbolic.ts";

export const familyOfPacket = (packet: Packet): Family => packet.family;

const fields: readonly PacketField[] = ["proto", "src", "sport", "dst", "dport", "mark", "ttl", "tos", "in", "out"];

/** Which of the fields that decide where a packet goes differ. */
export function changesBetween(before: Packet, after: Packet): FieldChange[] {
  const list: FieldChange[] = [];
  for (const field of fields) {
    const a = before[field];
    const b = after[field];
    if (a === undefined || b === undefined || fieldKey(a) === fieldKey(b)) continue;
    list.push({ field, before: a, after: b });
  }
  return list;
}
