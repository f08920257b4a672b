import { type Ternary, ternary } from "../base/ternary.ts";
import { setHas } from "../model/ipset/has.ts";
import { cidrHas, printCidr } from "../model/net/cidr.ts";
import type { Packet } from "../model/net/packet.ts";
import { type Address, isSymbolic } from "../model/net/symbolic.ts";
import type { Addrtype } from "../model/netfilter/matches/addrtype.ts";
import { matches } from "../model/netfilter/matches/index.ts";
import type { MatchContext } from "../model/netfilter/matches/match.ts";
import type { SetMatch } from "../model/netfilter/matches/set.ts";
import { printMatch } from "../model/netfilter/print-rule.ts";
import type { Rule, RuleMatch } from "../model/netfilter/rule.ts";
import { localType } from "./addresses.ts";
import type { Run } from "./run.ts";

type Ask = (packet: Packet, context: MatchContext) => Ternary;

/** The conditions of many rules that look at addresses or ports, each once. */
export interface Conditions {
  /** Ask for nothing but the destination. */
  readonly ofDestination: readonly Ask[];
  readonly ofBoth: readonly Ask[];
}

/** Matches whose answer is the same whatever the packet's addresses and ports are. */
const blind: ReadonlySet<string> = new Set([
  "comment",
  "mark",
  "connmark",
  "state",
  "statistic",
  "physdev",
  "limit",
  "pkttype",
  "owner",
  "mac",
  "length",
  "ttl",
  "hl",
  "dscp",
  "tos",
  "nfacct",
  "icmp",
  "icmp6",
]);

/** Matches that look at the packet's ports and nothing else of it. */
const ofPorts: ReadonlySet<string> = new Set(["tcp", "udp", "sctp", "multiport"]);

export function conditionsIn(rules: readonly Rule[]): Conditions {
  const ofDestination = new Map<string, Ask>();
  const ofBoth = new Map<string, Ask>();
  for (const { header, matches: list } of rules) {
    const { source, destination, proto } = header;
    if (source) ofBoth.set(`-s ${printCidr(source.is)}`, ({ src }) => within(src, source.is));
    if (destination) ofDestination.set(`-d ${printCidr(destination.is)}`, ({ dst }) => within(dst, destination.is));
    if (proto) ofDestination.set(`-p ${proto.is}`, (packet) => ternary(packet.proto === proto.is));
    for (const m of list)
      if (!blind.has(m.name)) {
        const test = m.value === undefined ? undefined : matches.get(m.name)?.test;
        const ask: Ask = (packet, context) => test?.(m.value, packet, context) ?? "unknown";
        (isOfDestination(m) ? ofDestination : ofBoth).set(printMatch(m), ask);
      }
  }
  return { ofDestination: [...ofDestination.values()], ofBoth: [...ofBoth.values()] };
}

const within = (address: Address, cidr: Parameters<typeof cidrHas>[0]): Ternary =>
  isSymbolic(address) ? "unknown" : ternary(cidrHas(cidr, address));

function isOfDestination({ name, value }: RuleMatch): boolean {
  if (value === undefined) return false;
  if (ofPorts.has(name)) return true;
  if (name === "set") return (value as SetMatch).set?.is.dims.every((dim) => dim === "dst") === true;
  return name === "addrtype" && (value as Addrtype).source === undefined;
}

/** What each condition answers, a letter each, whatever else the packet is. */
export function answersOf(list: readonly Ask[], packet: Packet, context: MatchContext): string {
  let text = "";
  for (const ask of list) {
    const answer = ask(packet, context);
    text += answer === "yes" ? "y" : answer === "no" ? "n" : "?";
  }
  return text;
}

/** Asks no more than where the packet comes from and goes to; assumes nothing, remembers nothing. */
export const plainContext = (run: Run): MatchContext => ({
  hook: "PREROUTING",
  connection: null,
  addressType(address, type, iface) {
    const found = localType(run, address, iface);
    return found.type === "unknown" ? "unknown" : ternary(found.type === type);
  },
  inSet(name, dims, packet) {
    const { byName } = run.world.snapshot.sets;
    const set = byName.get(name);
    const has = set ? setHas(set, dims, packet, (member) => byName.get(member)) : "unknown";
    if (has !== "unknown") return has;
    const guess = run.world.guess({ ask: "set-member", set: name, dims, packet });
    return guess ? ternary(guess.answer) : "unknown";
  },
  random: () => "unknown",
  assume: () => "unknown",
  recentHas: () => "unknown",
  recentSet: () => {},
  timesReached: () => undefined,
  wayBack: () => "unknown",
});
