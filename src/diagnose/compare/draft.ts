import type { Span } from "../../base/span.ts";
import type { Words } from "../../base/words.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import type { Change, ChangeClass } from "../change.ts";
import type { SideName } from "../finding.ts";

/** A difference before it is known whether it changes any packet's fate. */
export interface Draft {
  readonly about: Change["about"];
  readonly says: Words;
  readonly healthy?: { readonly text: string; readonly at?: Span };
  readonly broken?: { readonly text: string; readonly at?: Span };
  /** Its class if no flow's fate depends on it. */
  readonly otherwise: Exclude<ChangeClass, "fate">;
  /** Chains (`nat KUBE-SERVICES`), sets or services that a flow must meet for this to matter to it; absent: any flow. */
  readonly meets?: string;
  /** What the packet's fate is tried against: the node with this one difference taken away. */
  readonly without?: Readonly<Partial<Record<SideName, (snapshot: NodeSnapshot) => NodeSnapshot>>>;
}

/** Each side tried with what the other one has. */
export const exchanged = <T>(
  healthy: T,
  broken: T,
  set: (snapshot: NodeSnapshot, value: T) => NodeSnapshot,
): NonNullable<Draft["without"]> => ({
  healthy: (snapshot) => set(snapshot, broken),
  broken: (snapshot) => set(snapshot, healthy),
});
