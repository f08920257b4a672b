import { not, type Ternary, ternary } from "../base/ternary.ts";
import { words } from "../base/words.ts";
import { cidrHas, cidrOf } from "../model/net/cidr.ts";
import { bitsOf, familyOf, type Ip, ipNumber } from "../model/net/ip.ts";
import { type Address, addressIn, fieldKey, type Interface, isSymbolic, type Symbolic } from "../model/net/symbolic.ts";
import type { AddressType } from "../model/netfilter/matches/match.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import type { Link, LinkAddress } from "../model/routing/link.ts";
import type { Route } from "../model/routing/route.ts";
import { holdersIn, routesTo, sourcesOf } from "./known-places.ts";
import type { Run } from "./run.ts";

export const linkNamed = (snapshot: NodeSnapshot, iface: Interface): Link | undefined =>
  typeof iface === "string" ? holdersIn(snapshot.links.list).byName.get(iface) : undefined;

/** The link and line that hold an address of this node, if a dump shows it. */
export function holderOf(snapshot: NodeSnapshot, address: Address): { link: Link; line: LinkAddress } | undefined {
  return isSymbolic(address) ? undefined : holdersIn(snapshot.links.list).byAddress.get(address);
}

/** A network card, by the names that kernels and udev give; bridges, tunnels and veths are none. */
export const isCard = (device: string): boolean => /^(eth|en[ospx]|em\d|bond|team|ib\d|wl|p\d+p\d)/.test(device);

/** Everything that is local is in the dumps: the local table, or all address lines. */
const localIsWhole = (snapshot: NodeSnapshot): boolean =>
  snapshot.routes.coverage.get("local") === "whole" || snapshot.links.coverage === "whole";

/**
 * Type of an address by the local table (inet_addr_type_dev_table): what `addrtype` and source validation use. An
 * address is local whatever the state of its device.
 */
export function localType(
  run: Run,
  address: Address,
  iface?: string,
): { type: AddressType | "unknown"; route?: Route } {
  const { snapshot } = run.world;
  if (isSymbolic(address)) {
    if (address.local === true) return { type: "LOCAL" };
    if (address.local === false) return { type: "UNICAST" };
    return { type: "unknown" };
  }
  const value = ipNumber(address);
  const family = familyOf(address);
  if (family === 4) {
    if (value >> 24n === 0n || value === 0xffffffffn) return { type: "BROADCAST" };
    if (value >> 28n === 0xen) return { type: "MULTICAST" };
  } else if (value >> 120n === 0xffn) return { type: "MULTICAST" };
  let best: Route | undefined;
  let bestMask = -1n;
  for (const route of routesTo(snapshot.routes.list, "local", address))
    if (
      cidrHas(route.to, address) &&
      route.to.mask > bestMask &&
      (iface === undefined || route.hops[0]?.dev === iface)
    ) {
      best = route;
      bestMask = route.to.mask;
    }
  if (best)
    return { type: best.type === "unicast" ? "UNICAST" : (best.type.toUpperCase() as AddressType), route: best };
  const type = typeByLinks(snapshot, address, iface);
  if (type) return { type };
  if (family === 4 && value >> 24n === 127n && (iface === undefined || iface === "lo")) return { type: "LOCAL" };
  if (localIsWhole(snapshot)) return { type: "UNICAST" };
  if (iface === undefined && sourcesOf(snapshot.routes.list).has(address)) return { type: "LOCAL" };
  return { type: "unknown" };
}

/** By the address lines, where no local table was pasted. */
function typeByLinks(snapshot: NodeSnapshot, address: Ip, iface: string | undefined): AddressType | undefined {
  const { byAddress, byBroadcast, byName } = holdersIn(snapshot.links.list);
  const holds = (link: Link | undefined): boolean => link?.addresses.some((a) => a.address === address) === true;
  if (iface === undefined ? byAddress.has(address) : holds(byName.get(iface))) return "LOCAL";
  const casts = byBroadcast.get(address) ?? [];
  return casts.some((link) => iface === undefined || link.name === iface) ? "BROADCAST" : undefined;
}

/** As `localType`, with what is usual taken for granted and listed. */
export function addressType(run: Run, address: Address, type: AddressType, iface?: string): Ternary {
  const found = localType(run, address, iface);
  if (found.type !== "unknown") return ternary(found.type === type);
  if (type !== "LOCAL" && type !== "UNICAST") return isSymbolic(address) ? "unknown" : "no";
  const local = isLocal(run, address);
  return type === "LOCAL" ? local : not(local);
}

export function isLocal(run: Run, address: Address): Ternary {
  const found = localType(run, address);
  if (found.type !== "unknown") return ternary(found.type === "LOCAL");
  const guess = run.world.guess({ ask: "address-local", address });
  if (!guess) return "unknown";
  return ternary(run.assume(`address-local:${guess.kind ?? fieldKey(address)}`, guess));
}

export const outAddress = (iface: Interface): Symbolic => ({
  symbol: `address-of:${fieldKey(iface)}`,
  says:
    typeof iface === "string"
      ? words(`the address of ${iface}`, `${iface} 的地址`)
      : words("the out interface's address", "出接口的地址"),
  local: true,
});

/** Addresses of a link that IPv4 may choose: primary, and of global scope. */
const primaries = (link: Link): LinkAddress[] =>
  link.addresses.filter((a) => familyOf(a.address) === 4 && !a.secondary && isGlobal(a.scope));
const isGlobal = (scope: string): boolean => !["site", "link", "host"].includes(scope) && !Number(scope);

/**
 * inet_select_addr (net/ipv4/devinet.c): on the device the first primary address whose subnet holds the next hop, else
 * its first primary one of that scope, else the first of any device. A symbolic address where no dump says.
 */
export function selectAddress4(run: Run, iface: Interface, nextHop: Address): Address {
  const { snapshot } = run.world;
  const link = linkNamed(snapshot, iface);
  if (!link) return outAddress(iface);
  const usable = primaries(link);
  for (const line of usable)
    if (addressIn(nextHop, cidrOf(line.peer ?? line.address, line.prefix)) === "yes") return line.address;
  const [first] = usable;
  if (first) return first.address;
  if (snapshot.links.coverage !== "whole") return outAddress(iface);
  const others = [...snapshot.links.list].sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
  for (const other of others) for (const line of primaries(other)) return line.address;
  return outAddress(iface);
}

/** First address of a device in the order of its list, for REDIRECT (nf_nat_redirect_ipv4). */
export function firstAddress(run: Run, iface: Interface, family: 4 | 6): Ip | Symbolic | undefined {
  const link = linkNamed(run.world.snapshot, iface);
  if (!link) return outAddress(iface);
  return link.addresses.find((a) => familyOf(a.address) === family)?.address;
}

export const isLoopback = (address: Address): boolean =>
  !isSymbolic(address) && (familyOf(address) === 4 ? address.startsWith("127.") : address === "::1");
export const familyBits = (address: Ip): number => bitsOf(familyOf(address));
