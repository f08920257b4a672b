import type { Language, Words } from "../../base/words.ts";
import type { FieldChange, Packet } from "../../model/net/packet.ts";
import { type Address, type Interface, isSymbolic, type Port } from "../../model/net/symbolic.ts";

/** The fields that have a track below the line and a row in the packet card. */
export type TrackField = "src" | "dst" | "mark";
export const trackFields: readonly TrackField[] = ["src", "dst", "mark"];

export const say = (words: Words, language: Language): string => words[language];

/** A field's value as people read it; a value that the dumps do not give is said in words. */
export function showField(value: Address | Port | Interface, language: Language): string {
  if (value === null) return "-";
  return isSymbolic(value) ? value.says[language] : String(value);
}

export const showMark = (mark: number): string => `0x${mark.toString(16)}`;

const endpoint = (address: string, port: string): string =>
  port === "0" ? address : address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

/** One field of the card: the source without its port (it says nothing), the destination with it. */
export function showTrack(packet: Packet, field: TrackField, language: Language): string {
  if (field === "mark") return showMark(packet.mark);
  if (field === "src") return showField(packet.src, language);
  return endpoint(showField(packet.dst, language), showField(packet.dport, language));
}

/** `packet` with `changes` made. */
export function changed(packet: Packet, changes: readonly FieldChange[]): Packet {
  const next: Record<string, unknown> = { ...packet };
  for (const change of changes) next[change.field] = change.after;
  return next as unknown as Packet;
}

export function showChange(value: FieldChange["before"], field: FieldChange["field"], language: Language): string {
  if (field === "mark" && typeof value === "number") return showMark(value);
  return showField(value, language);
}

/** kube-proxy's hashed chain names are long; their head tells the kind, the detail pane has the whole. */
export const shortChain = (name: string): string => (name.length > 18 ? `${name.slice(0, 14)}…` : name);
