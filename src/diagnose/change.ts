import type { Span } from "../base/span.ts";
import type { Words } from "../base/words.ts";

/**
 * fate: changes what happens to some packet; noise: order, counters, comments, third-party rules that no asked flow
 * meets; build: how another kube-proxy version writes the same thing; unknown: cannot be told from what was pasted.
 */
export type ChangeClass = "fate" | "build" | "third-party" | "noise" | "unknown";

/** One difference between the nodes, by meaning. At least one side is there. */
export interface Change {
  readonly class: ChangeClass;
  readonly about:
    | "rule"
    | "chain"
    | "policy"
    | "set"
    | "virtual-server"
    | "address"
    | "route"
    | "sysctl"
    | "kube-proxy";
  readonly says: Words;
  readonly healthy?: { readonly text: string; readonly at?: Span };
  readonly broken?: { readonly text: string; readonly at?: Span };
  /** Ids of flows whose trace meets it. */
  readonly flows: readonly string[];
}

/** What may matter first. */
export const changeClasses: readonly ChangeClass[] = ["fate", "unknown", "build", "third-party", "noise"];

/** Those that may matter first, each class in the order in which it was found. */
export const byClass = (changes: readonly Change[]): Change[] =>
  [...changes].sort((a, b) => changeClasses.indexOf(a.class) - changeClasses.indexOf(b.class));
