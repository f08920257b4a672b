import type { Span } from "../../base/span.ts";
import type { Ip } from "../net/ip.ts";

/** One packet seen by tcpdump. */
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
  /** `-i` of the prompt, or the interface column of `-i any`; undefined if not said. */
  readonly iface?: string;
  readonly direction?: "in" | "out";
  readonly stamp?: string;
  readonly at: Span;
}

/** One line of the kernel's LOG or TRACE target. */
export interface LoggedPacket {
  readonly prefix: string;
  /** TRACE lines: where. */
  readonly trace?: {
    readonly table: string;
    readonly chain: string;
    readonly kind: "rule" | "return" | "policy";
    readonly number: number;
  };
  readonly in: string | null;
  readonly out: string | null;
  readonly src: Ip;
  readonly dst: Ip;
  readonly proto: string;
  readonly sport: number;
  readonly dport: number;
  /** 0 where the line has no MARK=: the kernel prints it only if non-zero. */
  readonly mark: number;
  readonly ttl?: number;
  readonly id?: number;
  readonly flags: readonly string[];
  readonly at: Span;
}
