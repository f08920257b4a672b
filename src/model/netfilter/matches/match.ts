import type { Ternary } from "../../../base/ternary.ts";
import type { Words } from "../../../base/words.ts";
import type { Family, Ip } from "../../net/ip.ts";
import type { CtState, Packet } from "../../net/packet.ts";
import type { Address } from "../../net/symbolic.ts";
import type { Tuple } from "../../net/tuple.ts";
import type { Hook } from "../hook.ts";
import type { ListReader } from "../list-form.ts";
import type { Complain, GivenOption } from "../option.ts";
import type { Support } from "../support.ts";

export type AddressType =
  | "UNSPEC"
  | "UNICAST"
  | "LOCAL"
  | "BROADCAST"
  | "ANYCAST"
  | "MULTICAST"
  | "BLACKHOLE"
  | "UNREACHABLE"
  | "PROHIBIT"
  | "THROW"
  | "NAT"
  | "XRESOLVE";

/** What conntrack knows of the packet's connection when a rule is tried. */
export interface ConnectionView {
  readonly state: CtState;
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly direction: "original" | "reply";
  /** Status bits as `--ctstatus` and `--ctstate SNAT,DNAT` see them. */
  readonly seenReply: boolean;
  readonly assured: boolean;
  readonly confirmed: boolean;
  readonly expected: boolean;
  readonly snat: boolean;
  readonly dnat: boolean;
  readonly mark: number;
}

/** What a match may consult besides the packet. All of it answers in three values. */
export interface MatchContext {
  readonly hook: Hook;
  /** null: conntrack has not seen the packet (raw table) or it is untracked. */
  readonly connection: ConnectionView | null;
  /** Type of an address in the local routing table (`fib` lookup); `iface` restricts to one device. */
  addressType(address: Address, type: AddressType, iface?: string): Ternary;
  /** Is the packet a member: dims are the rule's `src`/`dst` flags in order. */
  inSet(set: string, dims: readonly ("src" | "dst")[], packet: Packet): Ternary;
  /** One of several outcomes that the kernel draws (`statistic`): the simulation follows each. */
  random(question: Words): Ternary;
  /** State that no dump shows (limit's bucket): the preferred answer, listed as an assumption. */
  assume(about: Words, because: Words, settledBy: string | undefined, preferred: boolean): Ternary;
  /** `recent` list of the node: whether an address is in it. */
  recentHas(list: string, address: Address): Ternary;
  recentSet(list: string, address: Address, present: boolean): void;
  /**
   * How often this rule's counting match (`statistic --mode nth`, `limit`) was asked before; asking counts. Undefined: not
   * known, since no dump shows such counters.
   */
  timesReached(): number | undefined;
  /**
   * Whether an answer to the sender would leave by the interface that the packet came in by (`loose`: by any), and not
   * to the node itself.
   */
  wayBack(
    packet: Packet,
    how: { readonly loose: boolean; readonly validMark: boolean; readonly acceptLocal: boolean },
  ): Ternary;
  /** IPVS: the connection's virtual address, for `-m ipvs`. */
  readonly ipvs?: {
    readonly vaddr: Ip;
    readonly vport: number;
    readonly proto: string;
    readonly direction: "original" | "reply";
    /** Direct routing, tunnel, NAT; local: the node itself. */
    readonly method: "GATE" | "IPIP" | "MASQ" | "LOCAL";
  };
}

/** One `-m NAME`, reading and writing side by side. `parse` gives undefined when an option cannot be read. */
export interface MatchModule<T> {
  readonly name: string;
  /** The only family that has it; absent: both. */
  readonly family?: Family;
  readonly level: Support;
  /** What level `caveat` means here, or what a recognised match would have tested. */
  readonly note?: Words;
  /** Option name (`--dport`) to its number of arguments; several spellings may lead to one. */
  readonly options: Readonly<Record<string, number>>;
  /** Options whose argument people write freely: a bare `!` there is the text, not an old-style negation. */
  readonly freeText?: readonly string[];
  /** Options whose argument may be left out: where an option or nothing follows, there is none. */
  readonly optional?: readonly string[];
  /** Of each group at least one option must be given, under any of its names. */
  readonly needs?: readonly (readonly string[])[];
  parse(options: readonly GivenOption[], complain: Complain, family: Family): T | undefined;
  /** Absent: recognised, not modelled; always unknown. */
  test?(value: T, packet: Packet, context: MatchContext): Ternary;
  /** Options as iptables-save prints them, without `-m NAME`. */
  print(value: T): string;
  /** Reads what `iptables -L` prints of it. */
  readonly list?: ListReader;
  /** Without what `iptables -L` does not print of it. */
  shown?(value: T): T;
}
