import { type Cidr, cidrHas, parseCidr } from "../model/net/cidr.ts";
import { familyOf, type Ip, ipNumber } from "../model/net/ip.ts";
import { type Address, type Interface, isSymbolic } from "../model/net/symbolic.ts";
import type { Link, LinkAddress } from "../model/routing/link.ts";
import { linkNamed, outAddress } from "./addresses.ts";
import type { Run } from "./run.ts";

/** net/ipv6/addrlabel.c, the table that the kernel starts with. */
const labels: readonly (readonly [Cidr, number])[] = (
  [
    ["::1/128", 0],
    ["::/96", 3],
    ["::ffff:0:0/96", 4],
    ["2001::/32", 6],
    ["2001:10::/28", 7],
    ["2002::/16", 2],
    ["fc00::/7", 5],
    ["::/0", 1],
  ] as const
).flatMap(([text, label]) => {
  const cidr = parseCidr(text);
  return cidr ? [[cidr, label] as const] : [];
});

const labelOf = (address: Ip): number => labels.find(([cidr]) => cidrHas(cidr, address))?.[1] ?? 1;

const linkLocal = 2;
const global = 14;

function scopeOf(address: Ip): number {
  const value = ipNumber(address);
  if (value === 1n || value >> 118n === 0x3fan) return linkLocal;
  return value >> 118n === 0x3fbn ? 5 : global;
}

function commonBits(a: Ip, b: Ip): number {
  const differ = ipNumber(a) ^ ipNumber(b);
  return differ === 0n ? 128 : 128 - differ.toString(2).length;
}

/**
 * ipv6_dev_get_saddr (net/ipv6/addrconf.c): of the addresses of all devices, in their order, the first that no later one
 * beats. Neither the subnet of the next hop nor `secondary` counts, as they do in IPv4. Seen on Linux 6.18: with
 * fd00:20::2/64 and fd00:20::3/128 on eth1, a packet to fd00:20::9 has the source fd00:20::3, which has more leading bits
 * in common within its own prefix; and MASQUERADE of a packet to the node itself, by lo, takes the destination as source.
 */
export function selectAddress6(run: Run, iface: Interface, dst: Address): Address {
  const { links } = run.world.snapshot;
  const link = linkNamed(run.world.snapshot, iface);
  if ((!link && iface !== null) || isSymbolic(dst)) return soleAddress(link) ?? outAddress(iface);
  const scope = scopeOf(dst);
  const devices = link && scope <= linkLocal ? [link] : [...links.list].sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
  let best: { address: Ip; score: readonly number[] } | undefined;
  for (const device of devices)
    for (const line of device.addresses) {
      if (familyOf(line.address) !== 6 || isTentative(line)) continue;
      const score = scoreOf(run, line, device, { dst, scope, link });
      if (!best || isBetter(score, best.score)) best = { address: line.address, score };
    }
  return best?.address ?? outAddress(iface);
}

const soleAddress = (link: Link | undefined): Ip | undefined => {
  const [first, ...others] = (link?.addresses ?? []).filter((a) => familyOf(a.address) === 6);
  return others.length === 0 ? first?.address : undefined;
};

const has = (line: LinkAddress, flag: string): boolean => line.flags?.includes(flag) === true;
const isTentative = (line: LinkAddress): boolean =>
  has(line, "dadfailed") || (has(line, "tentative") && !has(line, "optimistic"));

/** enum of IPV6_SADDR_RULE_…, in order: the first that differs decides. */
function scoreOf(
  run: Run,
  line: LinkAddress,
  device: Link,
  to: { readonly dst: Ip; readonly scope: number; readonly link: Link | undefined },
): readonly number[] {
  const { address } = line;
  const scope = scopeOf(address);
  const temporaries = Number(run.world.snapshot.sysctls.get(`net.ipv6.conf.${device.name}.use_tempaddr`)?.value ?? 0);
  return [
    Number(address === to.dst),
    scope >= to.scope ? -scope : scope - 128,
    Number(!has(line, "deprecated") && !has(line, "optimistic")),
    Number(device === to.link),
    Number(labelOf(address) === labelOf(to.dst)),
    Number(has(line, "temporary") === temporaries >= 2),
    Math.min(commonBits(address, to.dst), line.prefix),
    Number(!has(line, "optimistic")),
  ];
}

function isBetter(score: readonly number[], than: readonly number[]): boolean {
  for (const [i, own] of score.entries()) if (own !== than[i]) return own > (than[i] ?? 0);
  return false;
}
