import type { Span } from "../../base/span.ts";
import type { Ip } from "../net/ip.ts";

export type Forwarding = "masq" | "local" | "tunnel" | "route";

export interface RealServer {
  readonly address: Ip;
  readonly port: number;
  readonly forwarding: Forwarding;
  /** 0: drained, takes no new connections. */
  readonly weight: number;
  readonly at: Span;
}

/** `-A -t ADDR:PORT` with its real servers; port 0 means any port. */
export interface VirtualServer {
  readonly proto: "tcp" | "udp" | "sctp";
  readonly address: Ip;
  readonly port: number;
  readonly scheduler: string;
  /** Seconds of `-p`; undefined = no persistence. */
  readonly persistence?: number;
  readonly flags: readonly string[];
  readonly realServers: readonly RealServer[];
  readonly at: Span;
}
/** `-A -f MARK`: kept, and matched by mark. */
export interface MarkServer {
  readonly fwmark: number;
  readonly family: 4 | 6;
  readonly scheduler: string;
  readonly persistence?: number;
  readonly realServers: readonly RealServer[];
  readonly at: Span;
}
