import type { IpSet } from "../model/ipset/set.ts";
import type { MarkServer, RealServer, VirtualServer } from "../model/ipvs/virtual-server.ts";
import type { Link } from "../model/routing/link.ts";
import type { Route } from "../model/routing/route.ts";
import type { Clash } from "./second-node.ts";

/** A set known in part gives way to the whole one; two whole ones that differ clash. */
export function mergeSets(
  known: ReadonlyMap<string, IpSet>,
  next: readonly IpSet[],
  clashes: Clash[],
): ReadonlyMap<string, IpSet> {
  const sets = new Map(known);
  for (const set of next) {
    const first = sets.get(set.name);
    if (!first || (!first.whole && set.whole)) sets.set(set.name, set);
    else if (first.whole && set.whole && entriesOf(first) !== entriesOf(set))
      clashes.push({ what: `set ${set.name}`, first: first.at, second: set.at });
  }
  return sets;
}

const entriesOf = (set: IpSet): string =>
  `${set.type} ${Array.from(set.entries, (e) => `${e.text} ${e.nomatch}`)
    .sort()
    .join(";")}`;

interface Ipvs {
  readonly servers: readonly VirtualServer[];
  readonly markServers: readonly MarkServer[];
}

export function mergeIpvs(known: Ipvs, next: Ipvs, clashes: Clash[]): Ipvs {
  return {
    servers: merged(known.servers, next.servers, (s) => `${s.proto} ${s.address}:${s.port}`, clashes),
    markServers: merged(known.markServers, next.markServers, (s) => `fwmark ${s.fwmark} ${s.family}`, clashes),
  };
}

function merged<T extends VirtualServer | MarkServer>(
  known: readonly T[],
  next: readonly T[],
  keyOf: (server: T) => string,
  clashes: Clash[],
): readonly T[] {
  const byKey = new Map(known.map((s) => [keyOf(s), s]));
  for (const server of next) {
    const key = keyOf(server);
    const first = byKey.get(key);
    if (!first || (saysLess(first) && !saysLess(server))) byKey.set(key, server);
    else if (saysLess(server)) continue;
    else if (realsOf(first.realServers) !== realsOf(server.realServers))
      clashes.push({ what: `server ${key}`, first: first.at, second: server.at });
  }
  return [...byKey.values()];
}

/** A listing with counters in the place of methods and schedulers. */
const saysLess = (server: VirtualServer | MarkServer): boolean =>
  server.scheduler === "" || server.realServers.some((r) => r.forwarding === "unknown");

const realsOf = (list: readonly RealServer[]): string =>
  list
    .map((r) => `${r.address} ${r.port}`)
    .sort()
    .join(";");

/** Devices by name; `ip addr` grepped to a few lines adds to a device that is already known. */
export function mergeLinks(known: readonly Link[], next: readonly Link[], clashes: Clash[]): readonly Link[] {
  const byName = new Map(known.map((l) => [l.name, l]));
  for (const link of next) {
    const first = byName.get(link.name);
    if (!first) {
      byName.set(link.name, link);
      continue;
    }
    const other = first.index !== undefined && link.index !== undefined && first.index !== link.index;
    const moved = first.mac !== undefined && link.mac !== undefined && first.mac !== link.mac;
    if (other || moved) {
      clashes.push({ what: `device ${link.name}`, first: first.at, second: link.at });
      continue;
    }
    const key = (a: Link["addresses"][number]): string => `${a.address}/${a.prefix}`;
    const have = new Set(first.addresses.map(key));
    const added = link.addresses.filter((a) => !have.has(key(a)));
    const flags = first.flags.length > 0 ? first.flags : link.flags;
    byName.set(link.name, { ...link, ...first, flags, addresses: [...first.addresses, ...added] });
  }
  return [...byName.values()];
}

/** Routes said twice (`ip route`, then `table all`) count once. */
export function mergeRoutes(known: readonly Route[], next: readonly Route[], clashes: Clash[]): readonly Route[] {
  const key = (r: Route): string =>
    `${r.table} ${r.type} ${r.to.family} ${r.to.base}/${r.to.mask} ${r.metric} ${r.tos ?? 0}`;
  const hops = (r: Route): string =>
    r.hops
      .map((h) => `${h.via ?? ""} ${h.dev ?? ""}`)
      .sort()
      .join(";");
  const first = new Map<string, Route>();
  for (const r of known) if (!first.has(key(r))) first.set(key(r), r);
  const exact = new Set(known.map((r) => `${key(r)} ${hops(r)}`));
  const added: Route[] = [];
  for (const route of next) {
    const whole = `${key(route)} ${hops(route)}`;
    if (exact.has(whole)) continue;
    exact.add(whole);
    const other = first.get(key(route));
    const isDefault = route.to.mask === 0n && route.table === "main" && route.type === "unicast";
    if (other && isDefault) clashes.push({ what: "route default", first: other.at, second: route.at });
    else added.push(route);
  }
  return [...known, ...added];
}
