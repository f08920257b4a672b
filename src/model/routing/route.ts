import type { Span } from "../../base/span.ts";
import type { Cidr } from "../net/cidr.ts";
import type { Family, Ip } from "../net/ip.ts";

export type RouteType =
  | "unicast"
  | "local"
  | "broadcast"
  | "anycast"
  | "multicast"
  | "blackhole"
  | "unreachable"
  | "prohibit"
  | "throw"
  | "nat";

export interface NextHop {
  readonly via?: Ip;
  readonly dev?: string;
  readonly weight?: number;
  readonly onlink?: boolean;
  /** The kernel does not use it. */
  readonly dead?: boolean;
}
export interface Route {
  readonly type: RouteType;
  readonly to: Cidr;
  /** `main`, `local`, `default`, another name, or a number as text. */
  readonly table: string;
  /** One for an ordinary route, several for multipath, none for blackhole and the like. */
  readonly hops: readonly NextHop[];
  /** `src A`: preferred source. */
  readonly source?: Ip;
  readonly scope?: string;
  /** `proto kernel`, … */
  readonly proto?: string;
  /** 0 when not printed (IPv4). */
  readonly metric: number;
  readonly tos?: number;
  readonly flags: readonly string[];
  /** `from P`: only packets of these senders take it (IPv6). */
  readonly from?: Cidr;
  /** Words that change where packets go and that natlens does not model: whether packets take the route is unknown. */
  readonly unknown?: string;
  readonly at: Span;
}

/** `ip rule`: policy routing. */
export interface RoutingRule {
  /** Where the command says so: `ip -6 rule`. */
  readonly family?: Family;
  readonly priority: number;
  readonly negated: boolean;
  readonly from?: Cidr;
  readonly to?: Cidr;
  readonly fwmark?: { readonly value: number; readonly mask: number };
  readonly iif?: string;
  readonly oif?: string;
  readonly tos?: number;
  readonly ipproto?: string;
  readonly sport?: readonly [number, number];
  readonly dport?: readonly [number, number];
  readonly uidrange?: readonly [number, number];
  readonly action:
    | { readonly kind: "lookup"; readonly table: string }
    | { readonly kind: "goto"; readonly priority: number }
    | { readonly kind: "blackhole" | "unreachable" | "prohibit" | "nop" };
  readonly suppressPrefixLength?: number;
  /** Words natlens does not model: the rule is unknown. */
  readonly unknown?: string;
  readonly at: Span;
}
