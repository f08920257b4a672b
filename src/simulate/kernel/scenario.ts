import type { Vantage } from "../flow.ts";
import type { PlaceName } from "./places.ts";

/** How the node is set up: what its tools are given, before its dumps are saved. */
export interface NodeSetup {
  readonly name: string;
  /** Which iptables loads the rules. The kernel's trace is read for legacy only. */
  readonly backend: "legacy" | "nft";
  readonly addresses: readonly (readonly [dev: string, address: string])[];
  /** `ip route` and `ip rule` commands without `ip`: `route add blackhole 10.0.0.0/8`, `-6 rule add …`. */
  readonly commands: readonly string[];
  readonly sysctls: Readonly<Record<string, string>>;
  /** Bridge ports in hairpin mode. */
  readonly hairpin: readonly string[];
  /** The world outside routes the Services' addresses to the node. */
  readonly routesServices: boolean;
  readonly ipset: string;
  readonly iptables: string;
  readonly ip6tables: string;
}

/** One connection that somebody tries to open. */
export interface Attempt {
  readonly from: PlaceName;
  readonly vantage: Vantage;
  /** The address it is bound to; undefined: as routing chooses. */
  readonly source?: string;
  readonly to: string;
  readonly port: number;
  readonly proto: "tcp" | "udp";
}

export interface Scenario {
  readonly setup: NodeSetup;
  readonly attempts: readonly Attempt[];
}

export const attemptText = (a: Attempt): string =>
  `${a.vantage} (${a.from}${a.source === undefined ? "" : `, bound to ${a.source}`}) to ${a.to} port ${a.port} ${a.proto}`;
