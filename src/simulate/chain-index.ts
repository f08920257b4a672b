import { type Cidr, prefixLength } from "../model/net/cidr.ts";
import { bitsOf, fromValue, type Ip } from "../model/net/ip.ts";
import type { Packet } from "../model/net/packet.ts";
import { isSymbolic } from "../model/net/symbolic.ts";
import type { Tcp } from "../model/netfilter/matches/tcp.ts";
import type { Negatable, Rule, RuleList } from "../model/netfilter/rule.ts";

/**
 * The kernel tries every rule of a chain. Of KUBE-SERVICES with thousands of Services nearly all ask for one destination
 * address, and of KUBE-NODEPORTS for one port; such a rule cannot match a packet that goes elsewhere, so it is not tried.
 * What is left out would have answered no, without a trace and without an effect: the walk comes out the same.
 */
interface ChainIndex {
  /** Rules by the one destination address that they ask for. */
  readonly byAddress: ReadonlyMap<string, readonly number[]>;
  /** Rules by the one destination port that they ask for, of those that ask for no address. */
  readonly byPort: ReadonlyMap<number, readonly number[]>;
  readonly rest: readonly number[];
}

/** Shorter chains are walked. */
const fewest = 48;

const indexes = new WeakMap<RuleList, ChainIndex>();

/** Positions of the rules that may match the packet, in order; undefined: all of them. */
export function candidates(rules: RuleList, packet: Packet): readonly number[] | undefined {
  if (rules.length < fewest || isSymbolic(packet.dst)) return undefined;
  const index = indexOf(rules);
  const near = [index.byAddress.get(packet.dst) ?? [], index.rest];
  if (isSymbolic(packet.dport)) near.push(...index.byPort.values());
  else near.push(index.byPort.get(packet.dport) ?? []);
  return near.flat().sort((a, b) => a - b);
}

function indexOf(rules: RuleList): ChainIndex {
  const known = indexes.get(rules);
  if (known) return known;
  const byAddress = new Map<string, number[]>();
  const byPort = new Map<number, number[]>();
  const rest: number[] = [];
  for (let i = 0; i < rules.length; i++) {
    const rule = rules.at(i);
    if (!rule) continue;
    const address = onlyAddress(rule);
    const port = address === undefined ? onlyPort(rule) : undefined;
    if (address !== undefined) put(byAddress, address, i);
    else if (port !== undefined) put(byPort, port, i);
    else rest.push(i);
  }
  const index = { byAddress, byPort, rest };
  indexes.set(rules, index);
  return index;
}

function put<K>(map: Map<K, number[]>, key: K, value: number): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** The one destination address that a rule asks for. */
export const onlyAddress = ({ header }: Rule): Ip | undefined => oneAddress(header.destination);
/** The one source address that a rule asks for. */
export const onlySource = ({ header }: Rule): Ip | undefined => oneAddress(header.source);

function oneAddress(asked: Negatable<Cidr> | undefined): Ip | undefined {
  if (!asked || asked.negated || prefixLength(asked.is) !== bitsOf(asked.is.family)) return undefined;
  return fromValue(asked.is.family, asked.is.base);
}

/** The one destination port that a rule asks for. Matches that stand before the port's are tried first, and some count: only a comment may stand there. */
export function onlyPort({ matches }: Rule): number | undefined {
  const first = matches.find((m) => m.name !== "comment");
  if (!first || (first.name !== "tcp" && first.name !== "udp") || first.value === undefined) return undefined;
  const { dport } = first.value as Pick<Tcp, "dport">;
  return dport && !dport.negated && dport.is[0] === dport.is[1] ? dport.is[0] : undefined;
}
