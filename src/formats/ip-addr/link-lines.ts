import type { Link, LinkAddress } from "../../model/routing/link.ts";

/** `2: eth0@if7: <BROADCAST,UP> mtu 1500 … master cni0 state UP`; bridge of iproute2 3 wrote `2: eth0 state UP @if7: <…`. */
export const head = /^\s*(\d+): ([^\s:@]+)(?: state \w+)?(?: ?@([^\s:]+))?: <([^>]*)>(.*)$/;

/** Kinds of devices of iproute2 6.1 (ip/iplink_*.c): `ip -d` puts each in front of its attributes. */
const kinds =
  "amt|bareudp|batadv|bond|bond_slave|bridge|bridge_slave|can|dsa|dummy|erspan|geneve|gre|gretap|gtp|hsr|ifb|ip6erspan|ip6gre|" +
  "ip6gretap|ip6tnl|ipip|ipoib|ipvlan|ipvtap|lowpan|macsec|macvlan|macvtap|netdevsim|nlmon|openvswitch|rmnet|sit|team|" +
  "team_slave|tun|vcan|veth|virt_wifi|vlan|vrf|vrf_slave|vti|vti6|vxcan|vxlan|wireguard|wwan|xfrm";
const kindLine = new RegExp(`^\\s+(${kinds})(?: (.*))?$`);
/** Attributes of a bridge port: in `bridge -d link` on a line of their own, in `ip -d link` behind bridge_slave. */
const portAttributes = /^\s+(?:hairpin|root_block) (?:on|off) /;
/** Lines that say nothing natlens uses: lifetimes, counters (-s), other names, virtual functions, XDP. */
const inert =
  /^\s+(?:valid_lft |altname |alias |RX[: ]|TX[: ]|\d+ +\d+|vf \d+ |prog\/xdp |parentbus |link-netns|[a-z]\w* (?:.* )?numtxqueues |promiscuity |minmtu |numtxqueues |xfi )|^\s+link\//;

/** A line below a device that is not an address. */
export const isDetail = (line: string): boolean => kindLine.test(line) || portAttributes.test(line) || inert.test(line);

export function deviceOf(start: RegExpExecArray, addresses: readonly LinkAddress[], at: Link["at"]): Link {
  const [, index = "", name = "", parent, flagText = "", tail = ""] = start;
  const mtu = / mtu (\d+)/.exec(tail)?.[1];
  const master = / master (\S+)/.exec(tail)?.[1];
  const flags = flagText.split(",").filter(Boolean);
  return {
    name,
    index: Number(index),
    flags,
    up: flags.includes("UP"),
    ...(master === undefined ? {} : { master }),
    ...(parent === undefined ? {} : { parent }),
    ...(mtu === undefined ? {} : { mtu: Number(mtu) }),
    addresses,
    at,
  };
}

/** The device with what a line below it adds; undefined: the line is none of a device's. */
export function withDetail(link: Link, line: string): Link | undefined {
  if (!isDetail(line)) return undefined;
  let more = link;
  const mac = /^\s+link\/\S+ ([0-9a-f:]{17})/.exec(line)?.[1];
  if (mac) more = { ...more, mac };
  const promiscuity = /^\s+link\/.* promiscuity (\d+)/.exec(line)?.[1];
  if (promiscuity) more = { ...more, promiscuity: Number(promiscuity) };
  const [, kind, details = ""] = kindLine.exec(line) ?? [];
  const [, hairpin] = /(?:^|\s)hairpin (on|off)(?:\s|$)/.exec(line) ?? [];
  const [, isolated] = /(?:^|\s)isolated (on|off)(?:\s|$)/.exec(line) ?? [];
  if (hairpin) more = { ...more, hairpin: hairpin === "on" };
  if (isolated) more = { ...more, isolated: isolated === "on" };
  if (kind !== undefined && !kind.endsWith("_slave"))
    more = { ...more, kind, ...(details === "" ? {} : { details: details.trim() }) };
  return more;
}
