import type { Span } from "../base/span.ts";
import type { Words } from "../base/words.ts";
import type { CtState, FieldChange, Packet } from "../model/net/packet.ts";
import type { Address, Port } from "../model/net/symbolic.ts";
import type { Hook, TableName } from "../model/netfilter/hook.ts";
import type { Flow } from "./flow.ts";

export type Outcome =
  | "delivered"
  | "wrong-source"
  | "wrong-destination"
  | "refused"
  | "dropped"
  | "reply-lost"
  | "looped"
  | "undecidable";

/** Why a trace ends as it does; `place` is the step where it was decided. */
export interface Ending {
  readonly outcome: Outcome;
  /** Coded reason, e.g. `rule-drop`, `policy-drop`, `martian-source`, `no-real-server`, `no-route`, `unroutable-source`. */
  readonly reason: string;
  readonly says: Words;
  /** Index into `steps`. */
  readonly step: number;
}

/** Where in netfilter a step stands. `rule` null: the end of the chain. */
export interface Place {
  readonly hook: Hook;
  readonly table: TableName;
  readonly chain: string;
  readonly rule: number | null;
  /** The rule or chain line in the dump, where there is one. */
  readonly at?: Span;
  /** Of a node whose two iptables backends both hold rules: it stands in those beside the ones that are followed first. */
  readonly backend?: "legacy" | "nft";
}

export type RuleVerdict = "JUMP" | "GOTO" | "RETURN" | "CONTINUE" | "ACCEPT" | "DROP";

/** What a step is; see `Step` for what all have in common. */
export type StepKind =
  /** The sender makes the packet; the first step of each direction. */
  | { readonly kind: "sent"; readonly by: "process" | "pod" | "client" | "server" | "kernel" }
  /** Source address selection (only host vantage). */
  | { readonly kind: "source-chosen"; readonly why: "bound" | "local-destination" | "route" }
  /** A routing decision: where the packet goes and by which table. */
  | {
      readonly kind: "routed";
      readonly to: "local" | "forward" | "out";
      readonly table?: string;
      readonly via?: string;
      readonly again: boolean;
      readonly at?: Span;
    }
  /** conntrack looked the packet up. */
  | {
      readonly kind: "conntrack";
      readonly state: CtState;
      readonly direction: "original" | "reply";
      readonly hook: Hook;
    }
  /** A rule matched. */
  | {
      readonly kind: "rule";
      readonly place: Place;
      readonly target: string | null;
      readonly verdict: RuleVerdict;
      readonly text: string;
      readonly depth: number;
    }
  /** The end of a user-defined chain (`end`) or a built-in chain's policy (`policy`). */
  | {
      readonly kind: "chain-end";
      readonly place: Place;
      readonly of: "end" | "policy";
      readonly verdict: "RETURN" | "ACCEPT" | "DROP";
      readonly rules: number;
      readonly depth: number;
    }
  /** A table that the dumps do not show: assumed to let the packet pass unchanged. */
  | { readonly kind: "table-unseen"; readonly hook: Hook; readonly table: TableName }
  /** NAT changed the packet. `undo`: the inverse, on a packet of the connection's other direction or a later one. */
  | {
      readonly kind: "nat";
      readonly manipulation: "src" | "dst";
      readonly target: string;
      readonly hook: Hook;
      readonly undo: boolean;
      readonly at?: Span;
    }
  /** The nat table was walked, or skipped, and set no address: a value of its own, so that a missing SNAT can be shown. */
  | {
      readonly kind: "nat-considered";
      readonly manipulation: "src" | "dst";
      readonly hook: Hook;
      readonly why: "no-rule-matched" | "not-tracked" | "already-settled";
    }
  /** IPVS chose a real server (or, on a reply, put the virtual server's address back). */
  | {
      readonly kind: "ipvs";
      readonly hook: Hook;
      readonly what: "scheduled" | "reply" | "no-real-server";
      readonly virtual: string;
      readonly real?: string;
      readonly at?: Span;
    }
  /** Leaves the node by an interface. */
  | { readonly kind: "wire"; readonly iface: string }
  /** What lies between this node and the peer: routers, by a pasted table or by assumption. */
  | { readonly kind: "beyond"; readonly known: boolean }
  /** Arrived: the server (or, for replies, the waiting socket) has it. */
  | { readonly kind: "received"; readonly by: "server" | "local-process" | "pod" | "client" | "socket" }
  /** It goes no further. */
  | { readonly kind: "stopped"; readonly outcome: Outcome };

/**
 * One thing that happened to the packet. A trace is the list of them, in order, request first, then reply.
 * Laws: `nat` has changes, `nat-considered` has none; `packet` with `changes` applied is what the next step begins with.
 */
export type Step = StepKind & {
  readonly direction: "original" | "reply";
  /** The packet as this step saw it, before its own change. */
  readonly packet: Packet;
  readonly changes: readonly FieldChange[];
  /** One sentence that says it. */
  readonly says: Words;
  /** Ids of assumptions that this step rests on. */
  readonly assumptions: readonly string[];
};

/** Something the dumps do not say and the simulation takes for granted. */
export interface Assumption {
  readonly id: string;
  readonly about: Words;
  readonly because: Words;
  /** Command whose output would settle it. */
  readonly settledBy?: string;
  /** Whether the outcome would be another one without it; undefined until asked. */
  readonly decisive?: boolean;
}

/** A fork that the kernel draws (scheduler, statistic) or that the dumps leave open; this trace took `took`. */
export interface Choice {
  readonly id: string;
  readonly because: "kernel-draws" | "not-in-dumps";
  readonly question: Words;
  readonly took: Words;
}

/** What people ask of a trace first. Undefined: the packet did not get so far. */
export interface Summary {
  readonly sourceChosen?: Address;
  /** Source as the packet leaves this node. */
  readonly sourceSent?: Address;
  readonly sentBy?: string;
  readonly dnatTo?: { readonly address: Address; readonly port: Port };
  readonly snatTo?: Address;
  /** A rule set the masquerade bit at some point; still set when nat POSTROUTING began. */
  readonly marked: boolean;
  readonly markedAtPostrouting: boolean;
  /** A MASQUERADE or SNAT rule took the packet, whether or not that changed its source. */
  readonly masqueraded: boolean;
}

export interface Trace {
  readonly steps: readonly Step[];
  readonly ending: Ending;
  readonly choices: readonly Choice[];
  /** Ids, in order of use. */
  readonly assumptions: readonly string[];
  readonly summary: Summary;
}

/** All that can happen to one flow on one node. */
export interface Simulation {
  readonly flow: Flow;
  /** At least one. The first is the one to show. Traces that differ only in the server chosen are all kept. */
  readonly traces: readonly Trace[];
  /** The common outcome, or `undecidable` where traces disagree by what the dumps leave open. */
  readonly outcome: Outcome;
  readonly assumptions: readonly Assumption[];
  /** More forks than are followed: the list of traces is not complete. */
  readonly truncated: boolean;
}
