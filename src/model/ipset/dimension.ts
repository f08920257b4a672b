import { words } from "../../base/words.ts";
import { type Cidr, cidrOf, parseCidr, prefixLength } from "../net/cidr.ts";
import { icmpByName } from "../net/icmp.ts";
import { bitsOf, type Family, familyOf, fromV4, fromValue, type Ip, parseIp, parseV4 } from "../net/ip.ts";
import type { Packet } from "../net/packet.ts";
import { protocolName } from "../net/protocol.ts";
import type { Address, Interface, Port } from "../net/symbolic.ts";

/** What a dimension of a set type holds. `number` is a port without protocol, as bitmap:port has it. */
export type DimensionKind = "ip" | "net" | "port" | "number" | "iface";

/** One dimension of an entry. */
export type EntryValue =
  | { readonly kind: "ip"; readonly is: Ip }
  | { readonly kind: "net"; readonly is: Cidr; readonly length: number }
  /** For ICMP the number is type × 256 + code, for protocols without ports 0. */
  | { readonly kind: "port"; readonly proto: string; readonly port: number }
  | { readonly kind: "number"; readonly port: number }
  /** `eth0`; `cali+` and `cali wildcard` are prefixes, kept with `+`; `physdev` names a bridge port. */
  | { readonly kind: "iface"; readonly pattern: string; readonly physdev: boolean };

/** What the packet has where a rule's flag says to look. */
export type PacketValue =
  | { readonly kind: "ip" | "net"; readonly is: Address }
  | { readonly kind: "port"; readonly proto: string; readonly port: Port }
  | { readonly kind: "number"; readonly proto: string; readonly port: Port }
  | { readonly kind: "iface"; readonly is: Interface; readonly bridgePort: Interface | undefined };

const withPorts = new Set(["tcp", "udp", "sctp", "udplite"]);
const notGiven: Port = { symbol: "icmp-type", says: words("the ICMP type", "ICMP 类型") };

/** Kernel net/netfilter/ipset/ip_set_getport.c get_port. */
function portOf(packet: Packet, direction: "src" | "dst"): Port {
  if (withPorts.has(packet.proto)) return direction === "src" ? packet.sport : packet.dport;
  if (packet.proto !== "icmp" && packet.proto !== "ipv6-icmp") return 0;
  const { icmpType, icmpCode } = packet;
  return icmpType === undefined || icmpCode === undefined ? notGiven : icmpType * 256 + icmpCode;
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
  }
}

/** `tcp:443`, `443` (tcp), `icmp:echo-request`, `icmp:200/1`, `gre:0`. */
function readPort(text: string, family: Family): EntryValue | undefined {
  const colon = text.indexOf(":");
  const proto = protocolName(colon === -1 ? "tcp" : text.slice(0, colon));
  const rest = text.slice(colon + 1);
  if (proto === undefined) return undefined;
  if (proto === "icmp" || proto === "ipv6-icmp") {
    const numbers = /^(\d+)\/(\d+)$/.exec(rest);
    if (numbers) return { kind: "port", proto, port: Number(numbers[1]) * 256 + Number(numbers[2]) };
    const named = icmpByName(rest, family);
    return named && { kind: "port", proto, port: named.type * 256 + named.codes[0] };
  }
  return /^\d{1,5}$/.test(rest) ? { kind: "port", proto, port: Number(rest) } : undefined;
}

function readNet(text: string, family: Family): EntryValue | undefined {
  const cidr = parseCidr(text);
  const length = cidr && prefixLength(cidr);
  return cidr?.family === family && length !== undefined ? { kind: "net", is: cidr, length } : undefined;
}

/** One dimension of an element as `ipset save` prints it (ipset's data.c, print.c). Undefined: not understood. */
export function readEntryValue(kind: DimensionKind, text: string, family: Family): EntryValue | undefined {
  switch (kind) {
    case "ip": {
      const bare = text.endsWith(`/${bitsOf(family)}`) ? text.slice(0, text.indexOf("/")) : text;
      const ip = parseIp(bare);
      return ip !== undefined && familyOf(ip) === family ? { kind, is: ip } : undefined;
    }
    case "net":
      return readNet(text, family);
    case "port":
      return readPort(text, family);
    case "number":
      return /^\d{1,5}$/.test(text) ? { kind, port: Number(text) } : undefined;
    case "iface": {
      const physdev = text.startsWith("physdev:");
      return { kind, pattern: physdev ? text.slice("physdev:".length) : text, physdev };
    }
  }
}

/** The network of `length` that the address is in, as a key: equal networks, equal text. */
export function networkKey(ip: Ip, length: number): string {
  if (familyOf(ip) === 6) return `${fromValue(6, cidrOf(ip, length).base)}/${length}`;
  const value = parseV4(ip) ?? 0;
  return `${fromV4(length === 0 ? 0 : (value & (0xffffffff << (32 - length))) >>> 0)}/${length}`;
}

/** The address of an entry with the set's `netmask` option: it stands for the whole network. */
export const widened = (ip: Ip, length: number): EntryValue => ({ kind: "net", is: cidrOf(ip, length), length });

export const hostOf = (cidr: Cidr): Ip => fromValue(cidr.family, cidr.base);
export const isHost = (cidr: Cidr, length: number): boolean => length === bitsOf(cidr.family);
