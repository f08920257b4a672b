import { type Address, fieldKey, type Port } from "./symbolic.ts";

/** conntrack's tuple of one direction. */
export interface Tuple {
  readonly proto: string;
  readonly src: Address;
  readonly dst: Address;
  readonly sport: Port;
  readonly dport: Port;
}

export const tupleKey = (t: Tuple): string =>
  [t.proto, t.src, t.sport, t.dst, t.dport].map((v) => fieldKey(v as Address)).join(" ");

export const reversed = (t: Tuple): Tuple => ({
  proto: t.proto,
  src: t.dst,
  dst: t.src,
  sport: t.dport,
  dport: t.sport,
});
