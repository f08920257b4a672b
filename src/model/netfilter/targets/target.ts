import type { Words } from "../../../base/words.ts";
import type { Cidr } from "../../net/cidr.ts";
import type { Family, Ip } from "../../net/ip.ts";
import type { Packet } from "../../net/packet.ts";
import type { TableName } from "../hook.ts";
import type { ListReader } from "../list-form.ts";
import type { Complain, GivenOption } from "../option.ts";
import type { Support } from "../support.ts";

/** Address and port range a NAT target may choose from; absent = keep. */
export interface NatRange {
  readonly addresses?: readonly [Ip, Ip];
  readonly ports?: readonly [number, number];
  readonly random: boolean;
  readonly persistent: boolean;
}

/** What a target asks of the simulation. The simulation carries it out; targets change nothing themselves. */
export type TargetEffect =
  | { readonly kind: "verdict"; readonly verdict: "ACCEPT" | "DROP" | "RETURN" | "QUEUE" }
  | { readonly kind: "continue" }
  /** mark = (mark & ~mask) ^ value */
  | { readonly kind: "mark"; readonly value: number; readonly mask: number }
  | {
      readonly kind: "connmark";
      readonly operation: "set" | "save" | "restore";
      readonly value: number;
      readonly mask: number;
      readonly nfmask: number;
      readonly ctmask: number;
    }
  | { readonly kind: "dnat"; readonly range: NatRange }
  | { readonly kind: "snat"; readonly range: NatRange }
  | { readonly kind: "masquerade"; readonly range: NatRange }
  | { readonly kind: "redirect"; readonly range: NatRange }
  | { readonly kind: "netmap"; readonly to: Cidr }
  | { readonly kind: "notrack" }
  | { readonly kind: "reject"; readonly with: string }
  | { readonly kind: "dscp"; readonly tos: number; readonly mask: number }
  | { readonly kind: "ttl"; readonly operation: "set" | "inc" | "dec"; readonly value: number }
  /** The target is known but its effect is not modelled: both what it might do and passing by are possible. */
  | { readonly kind: "unknown"; readonly why: Words };

export interface TargetModule<T> {
  readonly name: string;
  /** The only family that has it; absent: both. */
  readonly family?: Family;
  readonly level: Support;
  readonly note?: Words;
  /** The walk of the chain ends here when the rule matches. */
  readonly terminating: boolean;
  readonly tables?: readonly TableName[];
  readonly options: Readonly<Record<string, number>>;
  /** Options whose argument people write freely: a bare `!` there is the text, not an old-style negation. */
  readonly freeText?: readonly string[];
  /** Of each group at least one option must be given, under any of its names. */
  readonly needs?: readonly (readonly string[])[];
  parse(options: readonly GivenOption[], complain: Complain, family: Family): T | undefined;
  effect(value: T, packet: Packet): TargetEffect;
  print(value: T): string;
  /** Reads what `iptables -L` prints of it behind the matches; without any text where it prints none. */
  readonly list?: ListReader;
  /** The word in the target column, where that is not the name. */
  readonly listedUnder?: string;
}
