import type { Guess, Question } from "../model/node/question.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import type { Route } from "../model/routing/route.ts";

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
  /** conntrack is known to run, whatever the rules ask for. */
  readonly tracks?: boolean;
  /** Bits that mean "masquerade this" (kube-proxy: 0x4000), for `Summary.marked`. */
  readonly masqueradeMark: number;
  /** Ids of assumptions to turn round, to see whether the outcome depends on them. */
  readonly turned?: ReadonlySet<string>;
}
