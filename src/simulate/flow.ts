import type { Ip } from "../model/net/ip.ts";
import { type Address, isSymbolic } from "../model/net/symbolic.ts";

/** Where a packet begins. host: a process on the node; hairpin: a pod that reaches itself through its Service. */
export type Vantage = "host" | "pod" | "hairpin" | "external";

/** One question: can this sender open this connection, and what happens on the way? */
export interface Flow {
  readonly from: Vantage;
  /** Source the client is bound to (`telnet -b`), or the pod's or outside client's own address. */
  readonly source?: Address;
  readonly to: Ip;
  /** 0 for ICMP. */
  readonly port: number;
  /** icmp: an echo request (`ping`), of IPv6, too. */
  readonly proto: "tcp" | "udp" | "sctp" | "icmp";
}

/** Stable id, also used in links: `host 10.0.0.1:443/tcp`, `host@10.1.1.1 10.0.0.1:443/tcp`, `host 10.0.0.1/icmp`. */
export const flowId = (flow: Flow): string =>
  `${flow.from}${flow.source === undefined ? "" : `@${isSymbolic(flow.source) ? flow.source.symbol : flow.source}`} ${flow.proto === "icmp" ? flow.to : endpointText(flow.to, flow.port)}/${flow.proto}`;

export const endpointText = (address: string, port: number | string): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
