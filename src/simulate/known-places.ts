import type { VirtualServer } from "../model/ipvs/virtual-server.ts";
import { type Cidr, cidrOf, prefixLength } from "../model/net/cidr.ts";
import { bitsOf, type Family, familyOf, fromValue, type Ip } from "../model/net/ip.ts";
import type { Link, LinkAddress } from "../model/routing/link.ts";
import type { Route, RoutingRule } from "../model/routing/route.ts";

/**
 * Look-ups in what a node is known to have. A node in IPVS mode holds thousands of addresses and routes to itself, and
 * every packet asks for several: so each list is laid out once, by address. Lists of a snapshot never change.
 */
function laidOut<L extends object, T>(make: (list: L) => T): (list: L) => T {
  const known = new WeakMap<L, T>();
  return (list) => {
    const found = known.get(list);
    if (found !== undefined) return found;
    const made = make(list);
    known.set(list, made);
    return made;
  };
}

interface Holders {
  readonly byName: ReadonlyMap<string, Link>;
  readonly byAddress: ReadonlyMap<string, { readonly link: Link; readonly line: LinkAddress }>;
  readonly byBroadcast: ReadonlyMap<string, readonly Link[]>;
  readonly masters: ReadonlySet<string>;
  /** Subnets on the links, in the order of the dump; an address of its own alone is none. */
  readonly subnets: readonly { readonly link: Link; readonly line: LinkAddress; readonly subnet: Cidr }[];
}

/** Links by name, and who holds which address: the first in the order of the dump. */
export const holdersIn = laidOut((links: readonly Link[]): Holders => {
  const byName = new Map<string, Link>();
  const byAddress = new Map<string, { link: Link; line: LinkAddress }>();
  const byBroadcast = new Map<string, Link[]>();
  const masters = new Set<string>();
  const subnets: { link: Link; line: LinkAddress; subnet: Cidr }[] = [];
  for (const link of links) {
    if (!byName.has(link.name)) byName.set(link.name, link);
    if (link.master !== undefined) masters.add(link.master);
    for (const line of link.addresses) {
      if (!byAddress.has(line.address)) byAddress.set(line.address, { link, line });
      if (link.name !== "lo" && line.prefix < bitsOf(familyOf(line.address)))
        subnets.push({ link, line, subnet: cidrOf(line.peer ?? line.address, line.prefix) });
      if (line.broadcast !== undefined && line.prefix < 31)
        byBroadcast.set(line.broadcast, [...(byBroadcast.get(line.broadcast) ?? []), link]);
    }
  }
  return { byName, byAddress, byBroadcast, masters, subnets };
});

/** Addresses that routes name as their source: the kernel takes none that is not the node's own (fib_valid_prefsrc). */
export const sourcesOf = laidOut(
  (routes: readonly Route[]): ReadonlySet<Ip> => new Set(routes.flatMap((route) => route.source ?? [])),
);

/** Routes of one table and family, those to one host apart from those to more. */
interface RouteTable {
  readonly toHost: ReadonlyMap<string, readonly Route[]>;
  /** Most specific first. */
  readonly toNet: readonly Route[];
  /** All of them, most specific first: for addresses that are not known. */
  readonly all: readonly Route[];
}

const none: RouteTable = { toHost: new Map(), toNet: [], all: [] };

const moreSpecificFirst = (a: Route, b: Route): number =>
  a.to.mask === b.to.mask ? (b.tos ?? 0) - (a.tos ?? 0) || a.metric - b.metric : a.to.mask > b.to.mask ? -1 : 1;

const tablesIn = laidOut((routes: readonly Route[]): ReadonlyMap<string, RouteTable> => {
  const lists = new Map<string, Route[]>();
  for (const route of routes) {
    const key = `${route.table} ${route.to.family}`;
    const list = lists.get(key);
    if (list) list.push(route);
    else lists.set(key, [route]);
  }
  return new Map([...lists].map(([key, list]) => [key, tableOf(withSiblings(list.sort(moreSpecificFirst)))]));
});

/** rt6_qualify_for_ecmp: it has a gateway, and no router announced it. */
const mayShare = ({ to, type, hops, proto, from }: Route): boolean =>
  to.family === 6 &&
  type === "unicast" &&
  hops.length > 0 &&
  from === undefined &&
  hops.every((h) => h.via) &&
  proto !== "ra" &&
  proto !== "redirect";
/**
 * IPv6 routes by gateways to one net with one metric are one route of several hops (seen on 6.18, where a route without a gateway
 * stands apart); before Linux 4.11 each is printed on a line of its own.
 */
function withSiblings(sorted: readonly Route[]): readonly Route[] {
  const list: Route[] = [];
  const first = new Map<string, number>();
  for (const route of sorted) {
    const { to, metric, hops } = route;
    const key = mayShare(route) ? `${to.base} ${to.mask} ${metric}` : undefined;
    const at = key === undefined ? undefined : first.get(key);
    const one = at === undefined ? undefined : list[at];
    if (at !== undefined && one) list[at] = { ...one, hops: [...one.hops, ...hops] };
    else {
      if (key !== undefined) first.set(key, list.length);
      list.push(route);
    }
  }
  return list;
}

function tableOf(all: readonly Route[]): RouteTable {
  const toHost = new Map<string, Route[]>();
  const toNet: Route[] = [];
  for (const route of all) {
    const { to } = route;
    if (prefixLength(to) !== bitsOf(to.family)) {
      toNet.push(route);
      continue;
    }
    const host = fromValue(to.family, to.base);
    const list = toHost.get(host);
    if (list) list.push(route);
    else toHost.set(host, [route]);
  }
  return { toHost, toNet, all };
}

const tableIn = (routes: readonly Route[], table: string, family: Family): RouteTable =>
  tablesIn(routes).get(`${table} ${family}`) ?? none;

/** Routes of a table that may lead to an address, most specific first. */
export function* routesTo(routes: readonly Route[], table: string, address: Ip): Generator<Route> {
  const { toHost, toNet } = tableIn(routes, table, familyOf(address));
  yield* toHost.get(address) ?? [];
  yield* toNet;
}

/** All routes of a table, most specific first. */
export const routesOf = (routes: readonly Route[], table: string, family: Family): readonly Route[] =>
  tableIn(routes, table, family).all;

const rulesInOrder = laidOut((rules: readonly RoutingRule[]): Readonly<Record<Family, readonly RoutingRule[]>> => {
  const sorted = [...rules].sort((a, b) => a.priority - b.priority);
  const of = (family: Family): RoutingRule[] =>
    sorted.filter((rule) => (rule.family ?? rule.from?.family ?? rule.to?.family ?? family) === family);
  return { 4: of(4), 6: of(6) };
});

/** Routing rules that packets of a family meet, in the order in which they are asked. */
export const rulesOf = (rules: readonly RoutingRule[], family: Family): readonly RoutingRule[] =>
  rulesInOrder(rules)[family];

const serversByAddress = laidOut((servers: readonly VirtualServer[]): ReadonlyMap<string, readonly VirtualServer[]> => {
  const found = new Map<string, VirtualServer[]>();
  for (const server of servers) {
    const key = `${server.proto} ${server.address}`;
    const list = found.get(key);
    if (list) list.push(server);
    else found.set(key, [server]);
  }
  return found;
});

export const serversAt = (servers: readonly VirtualServer[], proto: string, address: Ip): readonly VirtualServer[] =>
  serversByAddress(servers).get(`${proto} ${address}`) ?? [];
