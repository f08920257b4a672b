import type { Diagnostic } from "../base/diagnostic.ts";
import { words } from "../base/words.ts";
import { familyOf, type Ip } from "../model/net/ip.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import type { Link } from "../model/routing/link.ts";
import type { Route } from "../model/routing/route.ts";

/*
 * A folder of dumps may hold those of a router or a server beside the node's. Addresses tell: a host's own routes name
 * its own addresses, and two hosts share none.
 */

const isLoopback = (address: string): boolean => address.startsWith("127.") || address === "::1";
const isLinkLocal = (address: string): boolean => /^fe[89ab]/.test(address);
const told = (address: Ip): boolean => !isLoopback(address) && !isLinkLocal(address);

/** Addresses that a host must have whose routes these are: what its local table holds, and preferred sources. */
function ownAddresses(routes: readonly Route[]): Set<Ip> {
  const own = new Set<Ip>();
  for (const route of routes) {
    const host = route.to.mask === (1n << (route.to.family === 4 ? 32n : 128n)) - 1n;
    const source = route.source;
    if (source !== undefined && told(source) && (host || route.type === "unicast")) own.add(source);
  }
  return own;
}

/** Routes that cannot be of the node whose addresses, or other routes, are already known. */
export function areOtherHosts(node: NodeSnapshot, routes: readonly Route[]): boolean {
  const own = ownAddresses(routes);
  if (node.links.coverage === "whole") {
    const here = new Set(node.links.list.flatMap((l) => l.addresses.map((a) => a.address)).filter(told));
    const families = new Set([...here].map(familyOf));
    const named = [...own].filter((a) => families.has(familyOf(a)));
    if (named.length > 0) return !named.some((a) => here.has(a));
    const devices = new Set(node.links.list.map((l) => l.name));
    const used = routes.flatMap((r) => r.hops.flatMap((h) => (h.dev === undefined || h.dev === "lo" ? [] : [h.dev])));
    return here.size > 0 && used.length > 0 && !used.some((dev) => devices.has(dev));
  }
  if (node.routes.coverage.get("local") !== "whole") return false;
  const known = ownAddresses(node.routes.list);
  const families = new Set([...known].map(familyOf));
  const named = [...own].filter((a) => families.has(familyOf(a)));
  return named.length > 0 && routes.some((r) => r.table === "local") && !named.some((a) => known.has(a));
}

/** A second `ip addr` in which the numbers of devices belong to other names, and none to the same. */
export function areOtherLinks(known: readonly Link[], next: readonly Link[]): boolean {
  const names = new Map(known.flatMap((l) => (l.index === undefined ? [] : [[l.index, l.name] as const])));
  let other = 0;
  for (const link of next) {
    if (link.name === "lo" || link.index === undefined) continue;
    const name = names.get(link.index);
    if (name === link.name) return false;
    if (name !== undefined) other++;
  }
  return other > 0 && !next.some((l) => l.name !== "lo" && known.some((k) => k.name === l.name));
}

export function otherHost(what: "routes" | "links", list: readonly (Route | Link)[]): Diagnostic[] {
  const [first] = list;
  if (!first) return [];
  const last = list[list.length - 1] ?? first;
  const [en, zh] = what === "routes" ? ["routes", "路由"] : ["devices", "网卡"];
  return [
    {
      code: "paste/other-host",
      severity: "warning",
      at: last.at.source === first.at.source && last.at.to > first.at.from ? { ...first.at, to: last.at.to } : first.at,
      message: words(
        `These ${en} are of another host: none of its addresses is one of this node's. They are set aside.`,
        `这些${zh}属于另一台主机：它的地址没有一个在本节点上。已不予采用。`,
      ),
      advice: words(
        "If they are this node's, paste its ip addr and ip route of the same moment.",
        "如果确属本节点，请粘贴同一时刻的 ip addr 和 ip route。",
      ),
    },
  ];
}
