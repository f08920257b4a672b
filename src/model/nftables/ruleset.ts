import type { Span } from "../../base/span.ts";

/** A rule as nft prints it. It is kept, not evaluated. */
export interface NftRule {
  /** One line of nft's own language; of `nft -j` the JSON of its expressions. */
  readonly text: string;
  readonly comment?: string;
  readonly handle?: number;
  readonly at: Span;
}

/** Where a base chain is hooked; chains without one are only jumped to. */
export interface NftHook {
  readonly type: string;
  readonly hook: string;
  /** As a number: `dstnat - 10` of family ip is -110. Undefined: a name that this family does not have. */
  readonly priority?: number;
  /** Devices of ingress and egress hooks. */
  readonly device?: string;
  readonly policy?: "accept" | "drop";
}

export interface NftChain {
  readonly name: string;
  readonly hook?: NftHook;
  readonly rules: readonly NftRule[];
  readonly comment?: string;
  readonly at: Span;
}

export interface NftElement {
  /** `10.96.0.1 . tcp . 443 : goto service-X`; of `nft -j` its JSON. */
  readonly text: string;
  readonly at: Span;
}

/** A set, a map or a verdict map. */
export interface NftSet {
  readonly name: string;
  readonly kind: "set" | "map";
  /** `ipv4_addr . inet_proto . inet_service : verdict`. */
  readonly type: string;
  readonly flags: readonly string[];
  readonly elements: readonly NftElement[];
  /** False where elements may exist that were not printed (`nft -t`), or where packets add them. */
  readonly whole: boolean;
  readonly comment?: string;
  readonly at: Span;
}

export interface NftTable {
  readonly family: "ip" | "ip6" | "inet" | "arp" | "bridge" | "netdev";
  readonly name: string;
  readonly chains: ReadonlyMap<string, NftChain>;
  readonly sets: ReadonlyMap<string, NftSet>;
  /** Counters, flowtables, quotas, helpers and the like, by kind and name. */
  readonly others: readonly string[];
  /** `flags dormant`: the kernel does not use it. */
  readonly dormant?: true;
  /**
   * iptables-nft owns it: nft prints xt matches without their arguments and drops negations, so the text says something
   * else than the rules do. Only iptables-save shows them.
   */
  readonly ofIptables?: true;
  /** From its opening to its closing bracket. */
  readonly whole: boolean;
  readonly comment?: string;
  readonly at: Span;
}

export const nftTableKey = (table: Pick<NftTable, "family" | "name">): string => `${table.family} ${table.name}`;
