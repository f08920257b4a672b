import type { Span } from "../../base/span.ts";
import type { Ip } from "../net/ip.ts";

/** A tunnel that a captured packet was in, with its outer addresses. */
export interface Tunnel {
  readonly kind: "vxlan" | "geneve" | "gre" | "ipip";
  readonly src: Ip;
  readonly dst: Ip;
}

/** What an ICMP or ICMPv6 message says. */
export interface IcmpNote {
  readonly about:
    | "echo-request"
    | "echo-reply"
    | "port-unreachable"
    | "host-unreachable"
    | "prohibited"
    | "too-big"
    | "time-exceeded"
    | "redirect"
    | "neighbour"
    | "other";
  /** The MTU of a packet that was too big. */
  readonly mtu?: number;
  /** The packet that an error is about, as far as it is printed. */
  readonly quoted?: {
    readonly proto?: string;
    readonly src?: Ip;
    readonly dst: Ip;
    readonly sport?: number;
    readonly dport?: number;
  };
}

/** One packet seen by tcpdump or tshark. */
export interface CapturedPacket {
  readonly proto: string;
  readonly src: Ip;
  readonly dst: Ip;
  readonly sport: number;
  readonly dport: number;
  /** tcpdump's letters: `S`, `S.`, `R.`; empty if not TCP. */
  readonly flags: string;
  /** Offered MSS of a SYN. 65495 on a physical interface: the destination was local when the SYN was built. */
  readonly mss?: number;
  /** As printed: absolute in a connection's first packets, then relative unless -S was given. */
  readonly seq?: number;
  readonly ack?: number;
  /** Bytes of payload. */
  readonly length?: number;
  readonly ttl?: number;
  readonly id?: number;
  /** -v says that the checksum is wrong, which on the sender itself only means that the device is to fill it in. */
  readonly badChecksum?: true;
  /** Not the first fragment: it has no ports. */
  readonly fragment?: true;
  /** The capture or the packet was too short to see all of it. */
  readonly truncated?: true;
  readonly icmp?: IcmpNote;
  /** Tunnels around it, the outermost first. */
  readonly tunnels?: readonly Tunnel[];
  /** With -e: addresses of the link layer and the VLAN. */
  readonly link?: { readonly src?: string; readonly dst?: string; readonly vlan?: number };
  /** `-i` of the prompt, or the interface column of `-i any`; undefined if not said. */
  readonly iface?: string;
  readonly direction?: "in" | "out";
  readonly stamp?: string;
  readonly at: Span;
}

/** Where in the rules a traced packet was seen. */
export interface TracedAt {
  readonly table: string;
  readonly chain: string;
  /** return, policy: the end of a user-defined, of a base chain; verdict: nft's word on a base chain without a policy. */
  readonly kind: "rule" | "return" | "policy" | "verdict" | "unknown";
  /**
   * TRACE of iptables-legacy: the rule's place in its chain, from 1. An unconditional rule with a bare verdict is logged as
   * `return` or `policy`, too: with a number no greater than the chain's rules it is that rule, whatever the word says.
   */
  readonly number?: number;
  /** xtables-monitor: the rule's handle, which is no place. */
  readonly handle?: number;
  /** The rule's text: as iptables-save writes it behind `-A CHAIN`, or as nft lists it. */
  readonly rule?: string;
  /** `continue`, `accept`, `drop`, `jump KUBE-SERVICES`, `return`; absent where it is not printed. */
  readonly verdict?: string;
}

/** One line of the kernel's LOG or TRACE target, of xtables-monitor or of nft monitor trace. */
export interface LoggedPacket {
  readonly prefix: string;
  readonly trace?: TracedAt;
  /** Which walk of which packet it belongs to, in monitors. */
  readonly walk?: string;
  readonly in: string | null;
  readonly out: string | null;
  readonly physIn?: string;
  readonly physOut?: string;
  /** Link layer addresses, where a header was there. */
  readonly mac?: { readonly src: string; readonly dst: string; readonly vlan?: number };
  readonly src: Ip;
  readonly dst: Ip;
  readonly proto: string;
  readonly sport: number;
  readonly dport: number;
  /** 0 where the line has no MARK=: the kernel prints it only if non-zero. As it was before the rule's target acted. */
  readonly mark: number;
  readonly ttl?: number;
  readonly id?: number;
  readonly length?: number;
  readonly flags: readonly string[];
  /** Not the first fragment: it has no ports. */
  readonly fragment?: true;
  /** The kernel saw too little of the packet to print all. */
  readonly incomplete?: true;
  readonly icmp?: { readonly type: number; readonly code: number; readonly mtu?: number };
  /** The packet that an ICMP error quotes. */
  readonly quoted?: {
    readonly src: Ip;
    readonly dst: Ip;
    readonly proto: string;
    readonly sport: number;
    readonly dport: number;
  };
  readonly uid?: number;
  readonly at: Span;
}

/** Addresses and ports of one direction, as a table of connections shows them; ports are 0 for protocols without. */
export interface ObservedTuple {
  readonly src: Ip;
  readonly dst: Ip;
  readonly sport: number;
  readonly dport: number;
}

/**
 * One connection that conntrack or IPVS keeps. The reply's source is where packets really go (DNAT), its destination
 * where they seem to come from (SNAT); IPVS prints no reply, here it goes from the real server to the client.
 */
export interface Connection {
  readonly by: "conntrack" | "ipvs";
  /** `conntrack -E`: what happened; absent in a table. */
  readonly event?: "new" | "update" | "destroy";
  readonly stamp?: string;
  /** `tcp`, …; a number where the table says `unknown`. */
  readonly proto: string;
  /** Sender to the address it asked for. IPVS: a persistence template has port 0. */
  readonly original: ObservedTuple;
  readonly reply: ObservedTuple;
  readonly state?: string;
  /** Seconds left. */
  readonly timeout?: number;
  readonly assured: boolean;
  readonly unreplied: boolean;
  readonly mark?: number;
  readonly zone?: number;
  readonly helper?: string;
  readonly icmp?: { readonly type: number; readonly code: number; readonly id: number };
  /** Words that natlens does not know. */
  readonly more?: string;
  readonly at: Span;
}

/** Connections of one dump in its order, read from its text when asked for: half a million cost a few megabytes. */
export interface Connections extends Iterable<Connection> {
  readonly length: number;
  at(index: number): Connection | undefined;
}
