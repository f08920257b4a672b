import type { Family } from "./ip.ts";
import type { Address, Interface, Port } from "./symbolic.ts";
import type { Tuple } from "./tuple.ts";

/** conntrack's state as `--ctstate` sees it; null before conntrack has seen the packet (raw table). */
export type CtState = "NEW" | "ESTABLISHED" | "RELATED" | "INVALID" | "UNTRACKED";

/**
 * One packet at one place. Immutable: each change makes a new one. Fields that the dumps do not say are `Symbolic`;
 * fields that nobody set are undefined, and a match on them is unknown.
 */
export interface Packet {
  readonly family: Family;
  /** Lower-case name as iptables-save prints it (`tcp`, `udp`, `sctp`, `icmp`, `ipv6-icmp`), else the number. */
  readonly proto: string;
  readonly src: Address;
  readonly dst: Address;
  /** 0 for protocols without ports. */
  readonly sport: Port;
  readonly dport: Port;
  /** fwmark, unsigned 32 bit. */
  readonly mark: number;
  readonly in: Interface;
  readonly out: Interface;
  /** Bridge ports, where the packet is bridged. */
  readonly physin?: Interface;
  readonly physout?: Interface;
  /** TCP flags in tcpdump's letters without order, e.g. `S`, `SA`; empty for other protocols. */
  readonly flags: string;
  readonly ttl?: number;
  readonly tos?: number;
  /** IP total length in bytes. */
  readonly length?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  /** Of an ICMP error: the packet that it is about. */
  readonly about?: Tuple;
  /** User of the sending process; only for packets the node itself makes. */
  readonly uid?: number;
  readonly gid?: number;
  readonly sourceMac?: string;
}

/** The protocol that carries echo requests and errors. */
export const icmpOf = (family: Family): "icmp" | "ipv6-icmp" => (family === 4 ? "icmp" : "ipv6-icmp");
export const isIcmp = (proto: string): boolean => proto === "icmp" || proto === "ipv6-icmp";

/** The fields by which people tell packets apart, in the order they are shown. */
export type PacketField = "proto" | "src" | "sport" | "dst" | "dport" | "mark" | "ttl" | "tos" | "in" | "out";

export interface FieldChange {
  readonly field: PacketField;
  readonly before: Address | Port | Interface;
  readonly after: Address | Port | Interface;
}
