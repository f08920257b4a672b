import { setNameFor } from "../../kube-proxy/names.ts";
import { nodeAddress } from "../../kube-proxy/node-address.ts";
import { type KnownService, listedAt, serviceKey } from "../../kube-proxy/services.ts";
import type { IpSet } from "../../model/ipset/set.ts";
import { type Cidr, cidrHas, hostCidr, parseCidr, printCidr, sameCidr } from "../../model/net/cidr.ts";
import { type Family, familyOf, fromValue, type Ip } from "../../model/net/ip.ts";
import type { Side } from "../side.ts";

/** An entry that lets a range of senders in to a load balancer's address, and that the set should hold and does not. */
export interface SourceEntry {
  readonly set: IpSet;
  readonly entry: string;
  readonly lets: Cidr;
}

const cidrs = "KUBE-LOAD-BALANCER-SOURCE-CIDR";
const addresses = "KUBE-LOAD-BALANCER-SOURCE-IP";

function setOf({ snapshot: { sets } }: Side, name: string, family: Family): IpSet | undefined {
  const set = sets.byName.get(setNameFor(name, family, new Set(sets.byName.keys())));
  return set?.whole ? set : undefined;
}

const element = (s: KnownService): string => `${s.address},${s.proto}:${s.port}`;
/** A host as ipset prints it, without its length. */
const printed = (range: Cidr): string => printCidr(range).replace(/\/(?:32|128)$/, "");

/** Ranges that a set holds for one address and port. */
const rangesIn = (set: IpSet | undefined, s: KnownService): Cidr[] =>
  Array.from(set?.entries ?? [], (e) => e.text).flatMap((text) => {
    const range = text.startsWith(`${element(s)},`) ? text.slice(element(s).length + 1) : undefined;
    const cidr =
      range === undefined
        ? undefined
        : parseCidr(range.includes("/") ? range : `${range}/${s.address.includes(":") ? 128 : 32}`);
    return cidr ? [cidr] : [];
  });

/**
 * What kube-proxy puts into the sets of senders (pkg/proxy/ipvs/proxier.go, 1.9 to 1.36): each of the Service's source ranges, as kubectl
 * or the other node has them; and, where the node's own address lies in one, the load balancer's address as a sender.
 */
export function missingSourceEntries(side: Side, other: Side | undefined, s: KnownService): SourceEntry[] {
  if (s.kind !== "load-balancer") return [];
  const family = familyOf(s.address);
  const set = setOf(side, cidrs, family);
  if (!set) return [];
  const own = rangesIn(set, s);
  const listed = listedAt(side.snapshot, s)?.service.loadBalancerSourceRanges?.filter((r) => r.family === family);
  const known = listed ?? (other ? rangesIn(setOf(other, cidrs, family), s) : []);
  const found = known
    .filter((range) => !own.some((r) => sameCidr(r, range)))
    .map((range) => ({ set, entry: `${element(s)},${printed(range)}`, lets: range }));
  const node = nodeAddress(side.snapshot, family);
  const itself = setOf(side, addresses, family);
  const lets = node !== undefined && [...own, ...known].some((range) => cidrHas(range, node));
  const entry = `${element(s)},${s.address}`;
  return itself && lets && ![...itself.entries].some((e) => e.text === entry)
    ? [...found, { set: itself, entry, lets: hostCidr(s.address) }]
    : found;
}

/** A sender in the range: its first address that can be a host's. */
export const senderIn = (range: Cidr): Ip =>
  fromValue(range.family, range.base + (sameCidr(range, hostCidr(fromValue(range.family, range.base))) ? 0n : 1n));

/** What is missing for the load balancers of a side. */
export const allMissing = (
  side: Side,
  other: Side | undefined,
): (SourceEntry & { readonly service: KnownService })[] =>
  side.print.mode === "ipvs"
    ? side.services.flatMap((s) =>
        missingSourceEntries(side, other?.served.has(serviceKey(s)) ? other : undefined, s).map((e) => ({
          ...e,
          service: s,
        })),
      )
    : [];
