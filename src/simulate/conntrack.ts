import type { Ip } from "../model/net/ip.ts";
import type { CtState, Packet } from "../model/net/packet.ts";
import { type Address, fieldKey, type Port } from "../model/net/symbolic.ts";
import { reversed, type Tuple, tupleKey } from "../model/net/tuple.ts";
import type { ConnectionView } from "../model/netfilter/matches/match.ts";
import { runsConntrack } from "./needs-conntrack.ts";
import type { Run } from "./run.ts";

/** One conntrack entry (struct nf_conn). NAT is written into its tuples once per direction of manipulation. */
export interface Connection {
  readonly original: Tuple;
  reply: Tuple;
  /** nat was asked for this manipulation, whether or not it set anything (IPS_SRC_NAT_DONE, IPS_DST_NAT_DONE). */
  srcDone: boolean;
  dstDone: boolean;
  /** It did set something (IPS_SRC_NAT, IPS_DST_NAT). IPVS sets neither. */
  snat: boolean;
  dnat: boolean;
  seenReply: boolean;
  assured: boolean;
  confirmed: boolean;
  mark: number;
}

/** IPVS's own connection (struct ip_vs_conn). */
export interface IpvsConnection {
  readonly proto: string;
  readonly client: Address;
  readonly clientPort: Port;
  readonly virtual: Address;
  readonly virtualPort: Port;
  readonly real: Address;
  readonly realPort: Port;
  readonly method: IpvsMethod;
  /** Its packets keep their conntrack entry (IP_VS_CONN_F_NFCT). */
  readonly tracked: boolean;
}

/** How `-m ipvs --vmethod` calls the ways to a real server: direct routing, a tunnel, NAT; local: as for nobody else. */
export type IpvsMethod = "GATE" | "IPIP" | "MASQ" | "LOCAL";

/** The packet on its way through this node, with what the kernel has attached to it. */
export interface Skb {
  packet: Packet;
  connection: Connection | null;
  /** null: conntrack has not seen it yet. */
  state: CtState | null;
  side: "original" | "reply";
  /** IPVS has handled it and lets it pass from now on (ipvs_property). */
  ipvsDone: boolean;
  /**
   * IPVS sends it to this real server as it is: to its link layer address, or that of the gateway on the way to it, or
   * within a tunnel (`inner`: what is in it).
   */
  direct?: { readonly real: Ip; readonly gateway?: Address; readonly inner?: Packet };
  /** Next hop of the route it leaves by, for MASQUERADE. */
  nextHop?: Address;
}

/** A packet that this node has not touched yet. */
export const freshSkb = (packet: Packet): Skb => ({
  packet,
  connection: null,
  state: null,
  side: "original",
  ipvsDone: false,
});

export const tupleOf = (packet: Packet): Tuple => ({
  proto: packet.proto,
  src: packet.src,
  dst: packet.dst,
  sport: packet.sport,
  dport: packet.dport,
});

/** Whether conntrack would open an entry for it (nf_conntrack_proto_tcp.c tcp_new, nf_conntrack_proto_icmp.c). */
function opensConnection(packet: Packet): boolean {
  if (packet.proto === "tcp") {
    const has = (flag: string): boolean => packet.flags.includes(flag);
    if (has("R") || has("F")) return false;
    if (has("S")) return !has("A");
    return has("A"); // nf_conntrack_tcp_loose
  }
  if (packet.proto === "icmp" && packet.icmpType !== undefined) return [8, 13, 15, 17].includes(packet.icmpType);
  if (packet.proto === "ipv6-icmp" && packet.icmpType !== undefined) return packet.icmpType === 128;
  return true;
}

/** nf_conntrack_in: finds or opens the entry and says in which state the packet is. */
export function track(run: Run, skb: Skb): void {
  if (skb.state !== null || !runsConntrack(run.world, skb.packet.family)) return;
  const key = tupleKey(tupleOf(skb.packet));
  // ICMP's type is part of its tuple, and the reply's is the answer to it (invmap, nf_conntrack_proto_icmp.c)
  const { icmpType } = skb.packet;
  const asks = icmpType !== undefined && opensConnection(skb.packet);
  const answers = icmpType !== undefined && !asks;
  if (skb.packet.about) {
    relate(run, skb, skb.packet.about);
    return;
  }
  for (const connection of run.connections) {
    if (tupleKey(connection.original) === key && !answers) {
      skb.connection = connection;
      skb.side = "original";
      skb.state = connection.seenReply ? "ESTABLISHED" : "NEW";
      if (connection.seenReply && skb.packet.proto === "tcp") connection.assured = true;
      return;
    }
    if (tupleKey(connection.reply) === key && !asks) {
      skb.connection = connection;
      skb.side = "reply";
      skb.state = "ESTABLISHED";
      connection.seenReply = true;
      return;
    }
  }
  skb.side = "original";
  if (!opensConnection(skb.packet)) {
    skb.state = "INVALID";
    return;
  }
  const original = tupleOf(skb.packet);
  skb.connection = {
    original,
    reply: reversed(original),
    srcDone: false,
    dstDone: false,
    snat: false,
    dnat: false,
    seenReply: false,
    assured: false,
    confirmed: false,
    mark: 0,
  };
  skb.state = "NEW";
}

/**
 * nf_conntrack_inet_error: an ICMP error belongs to the connection of the packet that it is about, if it goes to where
 * that packet came from.
 */
function relate(run: Run, skb: Skb, about: Tuple): void {
  const key = tupleKey(reversed(about));
  const meets = (tuple: Tuple): boolean => tupleKey(tuple) === key && fieldKey(tuple.dst) === fieldKey(skb.packet.dst);
  for (const connection of run.connections)
    for (const side of ["original", "reply"] as const)
      if (meets(connection[side])) {
        Object.assign(skb, { connection, side, state: "RELATED" });
        return;
      }
  skb.state = "INVALID";
}

/** nf_conntrack_confirm, last at POSTROUTING and INPUT: only now is the entry found by later packets. */
export function confirm(run: Run, skb: Skb): void {
  if (!skb.connection || skb.connection.confirmed) return;
  skb.connection.confirmed = true;
  run.connections.push(skb.connection);
}

/** What matches see of the entry; null for packets that conntrack has not seen or calls invalid. */
export function viewOf(skb: Skb): ConnectionView | null {
  if (skb.state === null || skb.state === "INVALID") return null;
  const connection = skb.connection;
  const tuple = tupleOf(skb.packet);
  return {
    state: skb.state,
    original: connection?.original ?? tuple,
    reply: connection?.reply ?? reversed(tuple),
    direction: skb.side,
    seenReply: connection?.seenReply ?? false,
    assured: connection?.assured ?? false,
    confirmed: connection?.confirmed ?? false,
    expected: false,
    snat: connection?.snat ?? false,
    dnat: connection?.dnat ?? false,
    mark: connection?.mark ?? 0,
  };
}
