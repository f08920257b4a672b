import type { Span } from "../../base/span.ts";
import type { Ip } from "../net/ip.ts";

/** unknown: the listing has no such column (`--stats`). */
export type Forwarding = "masq" | "local" | "tunnel" | "route" | "unknown";

export interface RealServer {
  readonly address: Ip;
  readonly port: number;
  readonly forwarding: Forwarding;
  /** 0: drained, takes no new connections. */
  readonly weight: number;
  /** How packets are wrapped, as `ipvsadm -S` writes it: `--tun-type gue --tun-port 5555 --tun-nocsum`. */
  readonly tunnel?: string;
  /** Words that natlens does not know. */
  readonly more?: string;
  readonly at: Span;
}

/** What all virtual servers have. */
interface Scheduling {
  /** Empty where the listing has no such column. */
  readonly scheduler: string;
  /** Seconds of `-p`; undefined = no persistence. */
  readonly persistence?: number;
  /** `-M`: clients that agree under this mask go to one real server; `255.255.255.0`, or a prefix length for IPv6. */
  readonly mask?: string;
  /** Scheduler flags of `-b`, and `ops` for one-packet scheduling. */
  readonly flags: readonly string[];
  /** `--pe`: persistence engine. */
  readonly engine?: string;
  /** Words that natlens does not know. */
  readonly more?: string;
  readonly realServers: readonly RealServer[];
  readonly at: Span;
}

/** `-A -t ADDR:PORT` with its real servers; port 0 means any port. */
export interface VirtualServer extends Scheduling {
  readonly proto: "tcp" | "udp" | "sctp";
  readonly address: Ip;
  readonly port: number;
}
/** `-A -f MARK`: kept, and matched by mark. */
export interface MarkServer extends Scheduling {
  readonly fwmark: number;
  readonly family: 4 | 6;
}
