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
  /** `tentative`, `deprecated`, `dynamic` … as printed, `secondary` among them. */
  readonly flags?: readonly string[];
  readonly at: Span;
}

/** A device as `ip addr` shows it. */
export interface Link {
  readonly name: string;
  readonly index?: number;
  readonly flags: readonly string[];
  /** Absent where neither flags nor state say so. An address is local whatever this says. */
  readonly up?: boolean;
  /** The bridge, bond or VRF that it belongs to. */
  readonly master?: string;
  /** What stands behind `@`: the other end of a veth, the device below a VLAN; `if7` where that is elsewhere. */
  readonly parent?: string;
  /** `veth`, `bridge`, `vxlan` … where `ip -d` was asked; `details` are the words behind it. */
  readonly kind?: string;
  readonly details?: string;
  /** As a bridge port: sends frames back out by the port they came in by; talks to no other isolated port. */
  readonly hairpin?: boolean;
  readonly isolated?: boolean;
  /** How many ask for every frame, a running tcpdump among them (`ip -d`); 0: nobody. */
  readonly promiscuity?: number;
  readonly mtu?: number;
  readonly mac?: string;
  readonly addresses: readonly LinkAddress[];
  readonly at: Span;
}
