import type { Span } from "../../base/span.ts";
import type { Cidr } from "../net/cidr.ts";
import type { Family, Ip } from "../net/ip.ts";
import type { Coverage } from "./snapshot.ts";

/** A socket that waits for connections or datagrams in the node's own network namespace. */
export interface Listener {
  readonly proto: "tcp" | "udp";
  /** Absent: any address. */
  readonly address?: Ip;
  /** Absent: one socket for both families, or not told. */
  readonly family?: Family;
  readonly port: number;
  /** It is bound to this device. */
  readonly device?: string;
  readonly process?: string;
  readonly at: Span;
}

/** A rule of ebtables: what bridges do with frames. */
export interface EbtablesRule {
  readonly chain: string;
  /** Behind `-A CHAIN`, without counters. */
  readonly text: string;
  readonly drops: boolean;
  /** `--ip-src`, not negated. */
  readonly source?: Cidr;
  /** How many frames met it, where that was printed. */
  readonly packets?: number;
  readonly at: Span;
}

/** One feature of a device, as `ethtool -k` prints it: `tx-checksum-ip-generic`. */
export interface Offload {
  /** Absent where only the row was pasted. */
  readonly device?: string;
  readonly feature: string;
  readonly on: boolean;
  readonly at: Span;
}

/** Facts about the node's system that are evidence, and decide nothing by themselves. */
export interface SystemFacts {
  /** `iptables --version` of each family; the backend is told since 1.8. */
  readonly iptablesTools: readonly {
    readonly family: Family;
    readonly version: string;
    readonly backend?: "nft" | "legacy";
    readonly at: Span;
  }[];
  readonly os?: { readonly name: string; readonly at: Span };
  /** Kernel modules that are loaded; what is built into the kernel is not among them. */
  readonly modules: { readonly coverage: Coverage; readonly loaded: ReadonlyMap<string, { readonly at: Span }> };
  readonly listeners: { readonly coverage: Coverage; readonly list: readonly Listener[] };
  /** `conntrack -S`, all processors together: `drop`, `insert_failed`, `invalid` … */
  readonly conntrackCounters?: { readonly counters: ReadonlyMap<string, number>; readonly at: Span };
  /** The kernel's log says that the table of connections was full and packets were dropped. */
  readonly conntrackFull: readonly Span[];
  readonly ebtables: readonly EbtablesRule[];
  readonly offloads: readonly Offload[];
  /** The API server's release. */
  readonly serverVersion?: { readonly value: string; readonly at: Span };
}

export const noSystemFacts: SystemFacts = {
  iptablesTools: [],
  modules: { coverage: "absent", loaded: new Map() },
  listeners: { coverage: "absent", list: [] },
  conntrackFull: [],
  ebtables: [],
  offloads: [],
};
