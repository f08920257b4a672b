import type { NumberedAttempt, Tried } from "./agent-protocol.ts";
import { Place } from "./place.ts";
import {
  bare,
  bridge,
  familyOfText,
  holder,
  moreNodeAddresses,
  nodeAddresses,
  type Peer,
  type PlaceName,
  peers,
  ports,
} from "./places.ts";

const quietIpv6 = {
  "net.ipv6.conf.all.accept_dad": "0",
  "net.ipv6.conf.default.accept_dad": "0",
  "net.ipv6.conf.default.addr_gen_mode": "1",
  "net.ipv6.conf.default.router_solicitations": "0",
};

/** Errors must not depend on what was sent before; redirects are no business of the rules. */
const unhurried = {
  "net.ipv4.icmp_ratelimit": "0",
  "net.ipv6.icmp.ratelimit": "0",
  "net.ipv4.conf.all.send_redirects": "0",
  "net.ipv4.conf.default.send_redirects": "0",
  "net.ipv4.conf.all.accept_redirects": "0",
  "net.ipv6.conf.all.accept_redirects": "0",
  "net.ipv6.conf.default.accept_redirects": "0",
  "net.ipv4.tcp_syncookies": "0",
};

/** The node and its peers, each in a namespace of its own. */
export class Network {
  readonly node = new Place("node");
  private readonly peerPlaces = new Map(peers.map((peer) => [peer.name, new Place(peer.name)]));

  at(name: PlaceName): Place {
    const found = name === "node" ? this.node : this.peerPlaces.get(name);
    if (!found) throw new Error(`natlens bug: no place ${name}`);
    return found;
  }

  async build(): Promise<void> {
    await this.node.write({
      ...quietIpv6,
      ...unhurried,
      "net.ipv4.conf.all.rp_filter": "0",
      "net.ipv4.conf.default.rp_filter": "0",
      "net.netfilter.nf_log.2": "nfnetlink_log",
      "net.netfilter.nf_log.10": "nfnetlink_log",
    });
    await this.node.run("ip", ["link", "set", "lo", "up"]);
    await this.node.run("ip", ["link", "add", bridge.dev, "address", bridge.mac, "type", "bridge"]);
    const dummy = await this.node.try("ip", ["link", "add", holder, "type", "dummy"]);
    if (!dummy.ok) await this.node.run("ip", ["link", "add", holder, "type", "bridge"]);
    for (const peer of peers) await this.attach(peer);
    await this.node.run("ip", ["-batch", "-"], `link set ${bridge.dev} up\nlink set ${holder} up\n`);
    await this.node.run(
      "bridge",
      ["-batch", "-"],
      onBridge.map((peer) => `fdb replace ${peer.mac} dev ${peer.dev} master static\n`).join(""),
    );
    await this.node.run("nft", ["-f", "-"], tracing);
  }

  private async attach(peer: Peer): Promise<void> {
    const place = this.at(peer.name);
    await place.write({ ...quietIpv6, ...unhurried, "net.ipv4.conf.default.rp_filter": "0" });
    await place.write({ "net.ipv4.conf.all.rp_filter": "0" });
    await this.node.run("ip", [
      ...["link", "add", peer.dev, "address", peer.nodeMac, "type", "veth"],
      ...["peer", "name", "up0", "address", peer.mac, "netns", String(place.pid)],
    ]);
    if (onBridge.includes(peer)) await this.node.run("ip", ["link", "set", peer.dev, "master", bridge.dev]);
    await this.node.run("ip", ["link", "set", peer.dev, "up"]);
    await place.run("ip", ["link", "set", "lo", "up"]);
    await place.run("ip", ["link", "set", "up0", "up"]);
    if (peer.behind.length > 0) {
      await place.run("ip", ["link", "add", "behind0", "type", "bridge"]);
      await place.run("ip", ["link", "set", "behind0", "up"]);
    }
    for (const family of [4, 6] as const)
      await place.run("ip", [`-${family}`, "-batch", "-"], peerCommands(peer, family).join("\n"));
    await place.serve([...peer.addresses, ...peer.behind], ports);
  }

  /** Everybody tries at the same time. */
  async attempt(
    attempts: readonly (NumberedAttempt & { readonly from: PlaceName })[],
    wait: number,
  ): Promise<ReadonlyMap<number, Tried>> {
    const names = [...new Set(attempts.map((a) => a.from))];
    const all = await Promise.all(
      names.map((name) => this.at(name).ask({ do: "try", attempts: attempts.filter((a) => a.from === name), wait })),
    );
    return new Map(all.flat().map((tried) => [tried.n, tried]));
  }

  end(): void {
    this.node.end();
    for (const place of this.peerPlaces.values()) place.end();
  }
}

export const onBridge = peers.filter((peer) => peer.dev.startsWith("veth"));

/** Neighbours are known from the start: what rules do to ARP and neighbour discovery is another matter. */
function peerCommands(peer: Peer, family: 4 | 6): string[] {
  const of = (list: readonly string[]): string[] => list.filter((a) => familyOfText(a) === family);
  const nodad = family === 6 ? " nodad" : "";
  const [gateway = ""] = of(peer.gateways);
  const nodeMac = onBridge.includes(peer) ? bridge.mac : peer.nodeMac;
  const nodes = [...nodeAddresses, ...moreNodeAddresses].filter(([dev]) => dev === peer.dev).map(([, a]) => bare(a));
  const near = onBridge.includes(peer) ? onBridge.filter((other) => other !== peer) : [];
  return [
    ...of(peer.addresses).map((a) => `addr add ${a}/${peer.lengths[family]} dev up0${nodad}`),
    ...of(peer.behind).map((a) => `addr add ${a}/${family === 4 ? 24 : 64} dev behind0${nodad}`),
    ...of([gateway, ...nodes]).map((a) => `neigh replace ${a} lladdr ${nodeMac} dev up0 nud permanent`),
    ...near.flatMap((other) =>
      of(other.addresses).map((a) => `neigh replace ${a} lladdr ${other.mac} dev up0 nud permanent`),
    ),
    ...(peer.name === "podc" ? [`route add ${gateway} dev up0`] : []),
    ...(peer.name === "client"
      ? clientRoutes[family].map((to) => `route add ${to} via ${gateway} dev up0`)
      : [`route add default via ${gateway} dev up0`]),
  ];
}

/** The network before the node knows the cluster's ranges and the links behind the node, and nothing else. */
const clientRoutes = {
  4: ["10.20.0.0/24", "10.244.0.0/16", "192.0.2.0/24", "198.51.100.0/24"],
  6: ["fd00:20::/64", "fd00:244::/32", "fd00:192::/64", "fd00:198::/64"],
};

/** Routes of the client that depend on the scenario. */
export const serviceRoutes = { 4: "10.96.0.0/16", 6: "fd00:96::/64" } as const;

/**
 * Marks packets to be traced before any rule sees them. Of a connection only the first packet each way, and resets. The
 * tracer of ip_tables looks at the same bit (skb->nf_trace) as nf_tables' own.
 */
const tracing = `table inet natlens {
  chain traced {
    tcp flags & (syn | rst) != 0 meta nftrace set 1
    meta l4proto udp meta nftrace set 1
    meta l4proto icmp meta nftrace set 1
    icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, echo-request, echo-reply } meta nftrace set 1
  }
  chain prerouting {
    type filter hook prerouting priority -400;
    iifname "eth1" udp dport 9 log prefix "natlens end" group 0
    udp dport 9 drop
    jump traced
  }
  chain output {
    type filter hook output priority -400;
    jump traced
  }
}
`;
