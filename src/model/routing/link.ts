import type { Span } from "../../base/span.ts";
import type { Ip } from "../net/ip.ts";

export interface LinkAddress {
  readonly address: Ip;
  /** Prefix length; with `peer` it belongs to the peer. */
  readonly prefix: number;
  readonly peer?: Ip;
  readonly broadcast?: Ip;
  readonly scope: string;
  /** Not primary: never chosen by MASQUERADE. */
  readonly secondary: boolean;
  readonly label?: string;
  readonly at: Span;
}

/** A device as `ip addr` shows it. */
export interface Link {
  readonly name: string;
  readonly index?: number;
  readonly flags: readonly string[];
  /** Absent where neither flags nor state say so. An address is local whatever this says. */
  readonly up?: boolean;
  readonly master?: string;
  readonly mtu?: number;
  readonly mac?: string;
  readonly addresses: readonly LinkAddress[];
  readonly at: Span;
}
