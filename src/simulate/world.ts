import type { Words } from "../base/words.ts";
import type { Packet } from "../model/net/packet.ts";
import type { Address } from "../model/net/symbolic.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import type { Route } from "../model/routing/route.ts";

/** Something the dumps do not say, asked of whoever knows how such a node is usually built (kube-proxy's habits). */
export type Question =
  /** Is the packet a member of a set that was not pasted (or not whole)? */
  | {
      readonly ask: "set-member";
      readonly set: string;
      readonly dims: readonly ("src" | "dst")[];
      readonly packet: Packet;
    }
  /** Is this address, which no dump of addresses shows, one of the node's own? */
  | { readonly ask: "address-local"; readonly address: Address }
  /** Does this address exist only in kube-proxy's rules (a cluster IP and the like), so that nobody outside routes it? */
  | { readonly ask: "service-address"; readonly address: Address };

/** An answer taken for granted; it becomes a listed assumption of the trace. */
export interface Guess {
  readonly answer: boolean;
  readonly about: Words;
  readonly because: Words;
  readonly settledBy?: string;
  /** Guesses of one kind are one assumption, said once for all packets that rest on it. */
  readonly kind?: string;
}

/** What lies beyond the node's interfaces. */
export interface Beyond {
  /** A router's routes, where they were pasted; otherwise what routers do is assumed and listed. */
  readonly router?: readonly Route[];
  /** Bridge port behind which an address is found (the bridge's forwarding table), where known. */
  readonly portOf?: ReadonlyMap<string, string>;
  /** Bridge ports in hairpin mode, where known: they send frames back out by the port they came in by. */
  readonly hairpinPorts?: ReadonlySet<string>;
}

/** Everything one simulation may consult. Plain data but for `guess`, which is pure. */
export interface World {
  readonly snapshot: NodeSnapshot;
  readonly beyond: Beyond;
  readonly guess: (question: Question) => Guess | undefined;
  /** Counters, recent lists and limit buckets are as just loaded (conformance cases), so nth and limit are decided. */
  readonly fresh?: boolean;
  /** Bits that mean "masquerade this" (kube-proxy: 0x4000), for `Summary.marked`. */
  readonly masqueradeMark: number;
  /** Ids of assumptions to turn round, to see whether the outcome depends on them. */
  readonly turned?: ReadonlySet<string>;
}
