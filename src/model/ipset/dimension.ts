import { words } from "../../base/words.ts";
import type { Cidr } from "../net/cidr.ts";
import type { Ip } from "../net/ip.ts";
import type { Packet } from "../net/packet.ts";
import type { Address, Interface, Port } from "../net/symbolic.ts";

/** What a dimension of a set type holds. `number` is a port without protocol, as bitmap:port has it. */
export type DimensionKind = "ip" | "net" | "port" | "number" | "iface" | "mark" | "mac";

/** One dimension of an entry. */
export type EntryValue =
  | { readonly kind: "ip"; readonly is: Ip }
  | { readonly kind: "net"; readonly is: Cidr }
  /** For ICMP the number is type × 256 + code, for protocols without ports 0. */
  | { readonly kind: "port"; readonly proto: string; readonly port: number }
  | { readonly kind: "number"; readonly port: number }
  /** `eth0`; `cali+` and `cali wildcard` are prefixes, kept with `+`; `physdev` names a bridge port. */
  | { readonly kind: "iface"; readonly pattern: string; readonly physdev: boolean }
  | { readonly kind: "mark"; readonly is: number }
  /** Lower case; undefined: any, as bitmap:ip,mac has it until it saw one. */
  | { readonly kind: "mac"; readonly is: string | undefined };

/** What the packet has where a rule's flag says to look. */
export type PacketValue =
  | { readonly kind: "ip"; readonly is: Address }
  | { readonly kind: "net"; readonly is: Address }
  | { readonly kind: "port"; readonly proto: string; readonly port: Port }
  | { readonly kind: "number"; readonly proto: string; readonly port: Port }
  | { readonly kind: "iface"; readonly is: Interface; readonly bridgePort: Interface | undefined }
  | { readonly kind: "mark"; readonly is: number }
  /** null: the packet has no Ethernet header; undefined: not known. */
  | { readonly kind: "mac"; readonly is: string | null | undefined };

const withPorts = new Set(["tcp", "udp", "sctp", "udplite"]);
const notGiven: Port = { symbol: "icmp-type", says: words("the ICMP type", "ICMP 类型") };

/** Kernel net/netfilter/ipset/ip_set_getport.c get_port. */
function portOf(packet: Packet, direction: "src" | "dst"): Port {
  if (withPorts.has(packet.proto)) return direction === "src" ? packet.sport : packet.dport;
  if (packet.proto !== "icmp" && packet.proto !== "ipv6-icmp") return 0;
  const { icmpType, icmpCode } = packet;
  return icmpType === undefined || icmpCode === undefined ? notGiven : icmpType * 256 + icmpCode;
}

/** hash_mac4_kadt: what the node itself sends has no header yet, and that of lo is all zero: neither is ever a member. */
function macOf(packet: Packet, direction: "src" | "dst"): string | null | undefined {
  if (packet.in === null || packet.in === "lo") return null;
  return direction === "src" ? packet.sourceMac?.toLowerCase() : undefined;
}

export function packetValue(kind: DimensionKind, packet: Packet, direction: "src" | "dst"): PacketValue {
  switch (kind) {
    case "ip":
    case "net":
      return { kind, is: direction === "src" ? packet.src : packet.dst };
    case "port":
    case "number":
      return { kind, proto: packet.proto, port: portOf(packet, direction) };
    case "iface":
      return direction === "src"
        ? { kind, is: packet.in, bridgePort: packet.physin }
        : { kind, is: packet.out, bridgePort: packet.physout };
    case "mark":
      return { kind, is: packet.mark };
    case "mac":
      return { kind, is: macOf(packet, direction) };
  }
}
