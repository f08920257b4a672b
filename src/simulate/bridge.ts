import { words } from "../base/words.ts";
import { cidrCovers, cidrHas, cidrOf } from "../model/net/cidr.ts";
import { bitsOf, familyOf } from "../model/net/ip.ts";
import type { Packet } from "../model/net/packet.ts";
import { type Address, fieldKey, type Interface, isSymbolic, type Symbolic } from "../model/net/symbolic.ts";
import type { Link } from "../model/routing/link.ts";
import { isLocal, linkNamed } from "./addresses.ts";
import type { Skb } from "./conntrack.ts";
import { holdersIn } from "./known-places.ts";
import type { Fate } from "./path.ts";
import { inputKey, routeInput } from "./route-input.ts";
import { lookUp, type RouteResult } from "./routing.ts";
import type { Run } from "./run.ts";
import { bridgeCallsIptables } from "./sysctls.ts";
import type { Ending } from "./trace.ts";

/** A frame on a bridge: the port it came in by, and the port its destination MAC leads to, if not to the bridge itself. */
export interface BridgePorts {
  readonly in: Interface;
  /** Port of the frame's destination MAC; undefined when the frame is for the bridge's own address (routed). */
  readonly toPort?: Interface;
  readonly callsIptables: boolean;
}

/** It has ports. */
export const isBridge = (run: Run, dev: Interface): boolean =>
  typeof dev === "string" && holdersIn(run.world.snapshot.links.list).masters.has(dev);

const portOf = (run: Run, bridge: Interface, whose: Address): string | Symbolic =>
  (isSymbolic(whose) ? undefined : run.world.beyond.portOf?.get(whose)) ?? {
    symbol: `port-of:${fieldKey(bridge)}:${fieldKey(whose)}`,
    says: words("a port of the bridge", "网桥的某个端口"),
  };

/** A pod of this node hangs on a veth whose other end is elsewhere, so on no port that leads to another device of the node. */
function portOfPod(run: Run, bridge: Interface, pod: Address): string | Symbolic {
  const port = portOf(run, bridge, pod);
  if (!isSymbolic(port)) return port;
  const { list } = run.world.snapshot.links;
  const uplinks = list.filter((l) => l.master === bridge && l.parent !== undefined && !/^if\d+$/.test(l.parent));
  return { ...port, except: [...uplinks.map((l) => l.name), weaveUplink] };
}

/** Weave's bridge leads to other nodes by this port. */
const weaveUplink = "vethwe-bridge";

/** How a pod's frame enters: to the gateway for most destinations, straight to another port within the bridge's subnet. */
export function portsFor(run: Run, bridge: Interface, { src: from, dst: to, family }: Packet): BridgePorts {
  const link = linkNamed(run.world.snapshot, bridge);
  const near = link !== undefined && isBehind(link, to) && isLocal(run, to) !== "yes";
  return {
    in: portOfPod(run, bridge, from),
    ...(near ? { toPort: portOf(run, bridge, to) } : {}),
    callsIptables: bridgeCallsIptables(run, family),
  };
}

/** In the bridge's own subnet; of an address that is not known only its range can be. */
const isBehind = (link: Link, to: Address): boolean =>
  link.addresses.some((a) => {
    const subnet = cidrOf(a.address, a.prefix);
    if (isSymbolic(to)) return to.within !== undefined && cidrCovers(subnet, to.within);
    return a.prefix < bitsOf(familyOf(to)) && a.address !== to && cidrHas(subnet, to);
  });

/** Not seen by iptables at all. */
export const toBridgePort = (ports: BridgePorts, bridge: Interface): Fate => ({
  kind: "out",
  dev: bridge,
  ...(ports.toPort === undefined ? {} : { port: ports.toPort }),
});

/**
 * br_nf_pre_routing_finish: a DNAT to somewhere behind the same bridge stays bridged, any other is routed; without DNAT
 * the frame's own destination decides.
 */
export function bridgedAfter(
  run: Run,
  skb: Skb,
  bridge: Interface,
  ports: BridgePorts,
  sentTo: Address,
): { port: Interface } | { ending: Ending } | null {
  if (!ports.callsIptables) return null;
  const changed = fieldKey(sentTo) !== fieldKey(skb.packet.dst);
  if (!changed) return ports.toPort === undefined ? null : { port: ports.toPort };
  const decision = skb.packet.family === 4 ? routeInput(run, skb.packet, bridge) : routeOnly(run, skb.packet, bridge);
  if (decision.kind === "ended") return { ending: decision.ending };
  const { route } = decision;
  if (route.type !== "unicast" || fieldKey(route.dev) !== fieldKey(bridge)) return null;
  return { port: portOf(run, bridge, route.via ?? skb.packet.dst) };
}

/** br_nf_pre_routing_finish_ipv6 looks the route up and nothing else. */
const routeOnly = (run: Run, packet: Packet, iif: Interface): { kind: "forward"; route: RouteResult } => ({
  kind: "forward",
  route: lookUp(run, inputKey(packet, iif)),
});

/** Where the forwarding table is known and does not hold the address, the frame waits for an ARP answer and goes no further. */
export const hasNeighbour = (run: Run, address: Address): boolean =>
  run.world.beyond.portOf === undefined || isSymbolic(address) || run.world.beyond.portOf.has(address);

/**
 * should_deliver (net/bridge/br_forward.c): a frame leaves by the port it came in by only in hairpin mode. A promiscuous
 * bridge takes it up instead, and the node routes it back (seen on Linux 6.1).
 */
export function leavesBy(run: Run, ports: BridgePorts, out: Interface, bridge: Interface): "bridged" | "routed" | "no" {
  if (fieldKey(ports.in) !== fieldKey(out)) return "bridged";
  const known = hairpinMode(run, bridge, out);
  if (known === true) return "bridged";
  const device = linkNamed(run.world.snapshot, bridge);
  if (device?.flags.includes("PROMISC") || (device?.promiscuity ?? 0) > 0) return "routed";
  if (known === false) return "no";
  const on = run.assume(`hairpin-mode:${fieldKey(bridge)}`, {
    answer: true,
    about: words("The bridge ports are in hairpin mode.", "网桥端口处于 hairpin 模式。"),
    because: words(
      "Kubernetes sets it, or makes the bridge promiscuous.",
      "Kubernetes 会设置它，或把网桥设为混杂模式。",
    ),
    settledBy: "bridge -d link",
  });
  return on ? "bridged" : "no";
}

/** Stable releases that forget, by their line; Debian counts 6.1 in its own way (6.1.0-21 is 6.1.90). */
const forgetsSince: readonly (readonly [line: RegExp, from: number])[] = [
  [/^6\.1\.0-(\d+)-(?:amd64|arm64|cloud)/, 21],
  [/^6\.1\.([1-9]\d*)/, 87],
  [/^6\.6\.([1-9]\d*)/, 28],
  [/^6\.8\.([1-9]\d*)/, 7],
];

/**
 * net/bridge/br_netfilter_hooks.c, br_nf_local_in: since Linux 6.9, and in stable releases since April 2024, conntrack is reset for a
 * frame that comes up only because the bridge is promiscuous (seen on 6.18: it is then INVALID, and not masqueraded).
 */
export function forgetsWhenTakenUp(run: Run): boolean {
  const release = run.world.snapshot.kernel?.release ?? "";
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  const version = major === undefined ? undefined : Number(major) * 1000 + Number(minor);
  if (version !== undefined && version >= 6009) return true;
  if (version !== undefined && version < 5004) return false;
  for (const [line, from] of forgetsSince) {
    const patch = line.exec(release)?.[1];
    if (patch !== undefined) return Number(patch) >= from;
  }
  return run.unknown(
    "bridge-forgets-connection",
    words(
      "Does this kernel forget the connection of what a promiscuous bridge takes up, as Linux 6.9 and stable releases since April 2024 do?",
      "该内核是否会丢弃混杂网桥所接收报文的连接信息（Linux 6.9 以及 2024 年 4 月之后的稳定版如此）？",
    ),
  );
}

/** What is known of a port; of a port that no dump names, what all ports of the bridge have in common. */
function hairpinMode(run: Run, bridge: Interface, port: Interface): boolean | undefined {
  const { snapshot, beyond } = run.world;
  if (beyond.hairpinPorts) return typeof port === "string" && beyond.hairpinPorts.has(port);
  if (typeof port === "string") return linkNamed(snapshot, port)?.hairpin;
  const [first, ...others] = snapshot.links.list.filter((link) => link.master === bridge);
  return others.every((link) => link.hairpin === first?.hairpin) ? first?.hairpin : undefined;
}
