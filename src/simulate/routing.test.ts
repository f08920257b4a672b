import { describe, expect, it } from "vitest";
import { sourceText } from "../base/source.ts";
import { readNode } from "../formats/read.ts";
import type { Packet } from "../model/net/packet.ts";
import { fieldKey } from "../model/net/symbolic.ts";
import { known } from "./conformance/case-snapshot.ts";
import { wayBackBy } from "./reverse-path.ts";
import { routeInput } from "./route-input.ts";
import { lookUp, type RouteKey } from "./routing.ts";
import { type Run, startRun } from "./run.ts";
import { sourceFor } from "./source-address.ts";
import { ip } from "./testing/node.ts";
import { aloneWith } from "./testing/service-flows.ts";

/** Look-ups and input decisions of one packet, without any rules: net/ipv4/route.c and fib_frontend.c. */
const link = (n: number, name: string, flags: string, ...addresses: readonly string[]): string =>
  [
    `${n}: ${name}: <${flags}> mtu 1500 qdisc fq_codel state ${flags.includes("UP") ? "UP" : "DOWN"} group default qlen 1000`,
    `    link/ether 02:00:00:00:00:0${n} brd ff:ff:ff:ff:ff:ff`,
    ...addresses.map((a) => `    ${a}`),
  ].join("\n");
const up = "BROADCAST,MULTICAST,UP,LOWER_UP";
const ipAddr = [
  "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n    inet6 ::1/128 scope host",
  link(
    2,
    "eth0",
    up,
    "inet 192.0.2.10/24 brd 192.0.2.255 scope global eth0",
    "inet 192.0.2.11/24 brd 192.0.2.255 scope global secondary eth0",
  ),
  link(
    3,
    "eth1",
    up,
    "inet 198.51.100.10/24 brd 198.51.100.255 scope global eth1",
    "inet6 2001:db8:1::10/64 scope global",
  ),
  link(4, "eth2", "BROADCAST,MULTICAST", "inet 203.0.113.10/24 brd 203.0.113.255 scope global eth2"),
  link(5, "kube-ipvs0", "BROADCAST,NOARP", "inet 10.96.0.1/32 scope global kube-ipvs0"),
  link(6, "cni0", up, "inet 10.244.1.1/24 scope global cni0"),
].join("\n");
const local = (address: string, dev: string): string =>
  `local ${address} dev ${dev} table local proto kernel scope host src ${address}`;
const routes = [
  "default via 192.0.2.1 dev eth0 metric 100",
  "default via 198.51.100.1 dev eth1 metric 200",
  "192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10",
  "198.51.100.0/24 dev eth1 proto kernel scope link src 198.51.100.10",
  "203.0.113.0/24 dev eth2 proto kernel scope link src 203.0.113.10",
  "10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1",
  "blackhole 10.244.1.128/26",
  "10.244.2.0/24 via 192.0.2.12 dev eth0 src 192.0.2.11",
  "10.244.2.7 via 198.51.100.7 dev eth1",
  "unreachable 10.9.0.0/16",
  "prohibit 10.8.0.0/16",
  "10.7.0.0/16 via 203.0.113.7 dev eth2",
  "10.6.0.0/16 ",
  "\tnexthop via 192.0.2.6 dev eth0 weight 1",
  "\tnexthop via 198.51.100.6 dev eth1 weight 1",
  "throw 10.5.0.0/16 table 100",
  "10.4.0.0/16 via 198.51.100.4 dev eth1 table 100",
  "10.4.9.0/24 via 198.51.100.4 dev eth1 table 100",
  local("192.0.2.10", "eth0"),
  local("192.0.2.11", "eth0"),
  local("198.51.100.10", "eth1"),
  local("203.0.113.10", "eth2"),
  local("10.96.0.1", "kube-ipvs0"),
  local("10.244.1.1", "cni0"),
  "broadcast 192.0.2.255 dev eth0 table local proto kernel scope link src 192.0.2.10",
  "local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1",
  "2001:db8:1::/64 dev eth1 proto kernel metric 256 pref medium",
  "default via 2001:db8:1::1 dev eth1 metric 1024 pref medium",
  "local 2001:db8:1::10 dev eth1 table local proto kernel metric 0 pref medium",
].join("\n");
const sysctls = {
  "net.ipv4.ip_forward": 1,
  "net.ipv4.conf.all.rp_filter": 0,
  "net.ipv4.conf.all.accept_local": 0,
  "net.ipv4.conf.all.route_localnet": 0,
  "net.ipv6.conf.all.forwarding": 1,
};

function node(
  more: { rules?: readonly string[]; routes?: string; sysctls?: Readonly<Record<string, number>> } = {},
): Run {
  const rules = [
    "0:\tfrom all lookup local",
    ...(more.rules ?? []),
    "32766:\tfrom all lookup main",
    "32767:\tfrom all lookup default",
  ];
  const texts = {
    "ip-addr": ipAddr,
    "ip-route-table-all": `${routes}\n${more.routes ?? ""}`,
    "ip-rule": rules.join("\n"),
    sysctl: Object.entries({ ...sysctls, ...more.sysctls })
      .map(([key, value]) => `${key} = ${value}`)
      .join("\n"),
  };
  const sources = Object.entries(texts).map(([name, text]) => sourceText(name, name, `${text}\n`));
  const flow = { from: "host", to: ip("192.0.2.1"), port: 80, proto: "tcp" } as const;
  return startRun(aloneWith(known(readNode(sources).snapshot)), flow, []);
}

/** `unicast eth0 via 192.0.2.1 from 192.0.2.10`: kind of route, device, gateway, source that it gives. */
function way(run: Run, dst: string, key: Partial<RouteKey> = {}): string {
  const address = ip(dst);
  const family = dst.includes(":") ? 6 : 4;
  const route = lookUp(run, { family, dst: address, mark: 0, ...key });
  if (route.type !== "unicast" && route.type !== "local") return route.type;
  const via = route.via === undefined ? "" : ` via ${fieldKey(route.via)}`;
  return `${route.type} ${fieldKey(route.dev)}${via} from ${fieldKey(sourceFor(run, route, address, family))}`;
}

describe("which route a packet takes", () => {
  it.each<[what: string, dst: string, expected: string, node?: Parameters<typeof node>[0], key?: Partial<RouteKey>]>([
    ["the lower metric of two", "8.8.8.8", "unicast eth0 via 192.0.2.1 from 192.0.2.10"],
    ["on the link", "192.0.2.77", "unicast eth0 from 192.0.2.10"],
    ["a preferred source", "10.244.2.9", "unicast eth0 via 192.0.2.12 from 192.0.2.11"],
    ["the longest prefix", "10.244.2.7", "unicast eth1 via 198.51.100.7 from 198.51.100.10"],
    ["its own address", "192.0.2.10", "local lo from 192.0.2.10"],
    ["its own address on a device that is down", "203.0.113.10", "local lo from 203.0.113.10"],
    ["a Service's address on kube-ipvs0, which is down", "10.96.0.1", "local lo from 10.96.0.1"],
    ["anything in 127.0.0.0/8", "127.9.9.9", "local lo from 127.0.0.1"],
    ["a broadcast address", "192.0.2.255", "broadcast"],
    ["a blackhole within a net", "10.244.1.130", "blackhole"],
    ["unreachable", "10.9.1.1", "unreachable"],
    ["prohibit", "10.8.1.1", "prohibit"],
    ["by a device that is down: the next route", "10.7.1.1", "unicast eth0 via 192.0.2.1 from 192.0.2.10"],
    ["nothing at all", "8.8.8.8", "none", { routes: "", rules: ["100:\tfrom all goto 32767"] }],
    [
      "a table of a rule by mark",
      "10.4.1.1",
      "unicast eth1 via 198.51.100.4 from 198.51.100.10",
      { rules: ["100:\tfrom all fwmark 0x80/0x80 lookup 100"] },
      { mark: 0x80 },
    ],
    [
      "not without the mark",
      "10.4.1.1",
      "unicast eth0 via 192.0.2.1 from 192.0.2.10",
      { rules: ["100:\tfrom all fwmark 0x80/0x80 lookup 100"] },
    ],
    [
      "a table of a rule by source",
      "10.4.1.1",
      "unicast eth1 via 198.51.100.4 from 198.51.100.10",
      { rules: ["100:\tfrom 10.244.1.0/24 lookup 100"] },
      { src: ip("10.244.1.5") },
    ],
    [
      "not before a source is chosen",
      "10.4.1.1",
      "unicast eth0 via 192.0.2.1 from 192.0.2.10",
      { rules: ["100:\tfrom 10.244.1.0/24 lookup 100"] },
    ],
    [
      "a table of a rule by destination",
      "10.4.1.1",
      "unicast eth1 via 198.51.100.4 from 198.51.100.10",
      { rules: ["100:\tfrom all to 10.4.0.0/16 lookup 100"] },
    ],
    [
      "a rule by interface",
      "10.4.1.1",
      "unicast eth1 via 198.51.100.4 from 198.51.100.10",
      { rules: ["100:\tfrom all iif cni0 lookup 100"] },
      { iif: "cni0" },
    ],
    [
      "a rule turned round",
      "10.4.1.1",
      "unicast eth1 via 198.51.100.4 from 198.51.100.10",
      { rules: ["100:\tnot from all fwmark 0x80/0x80 lookup 100"] },
    ],
    [
      "throw: on to the next rule",
      "10.5.1.1",
      "unicast eth0 via 192.0.2.1 from 192.0.2.10",
      { rules: ["100:\tfrom all lookup 100"] },
    ],
    [
      "prefixes too short suppressed",
      "8.8.8.8",
      "unicast eth0 via 192.0.2.1 from 192.0.2.10",
      { rules: ["100:\tfrom all lookup main suppress_prefixlength 0"] },
    ],
    ["a rule that prohibits", "8.8.8.8", "prohibit", { rules: ["100:\tfrom all to 8.8.8.0/24 prohibit"] }],
    [
      "a rule that goes past others",
      "10.4.1.1",
      "unicast eth0 via 192.0.2.1 from 192.0.2.10",
      { rules: ["100:\tfrom all goto 300", "200:\tfrom all lookup 100", "300:\tfrom all nop"] },
    ],
    ["bound to a device", "8.8.8.8", "unicast eth1 via 198.51.100.1 from 198.51.100.10", {}, { oif: "eth1" }],
    ["IPv6", "2001:db8:9::1", "unicast eth1 via 2001:db8:1::1 from 2001:db8:1::10"],
  ])("%s", (_what, dst, expected, more, key) => expect(way(node(more), dst, key)).toBe(expected));

  it("draws one next hop of several, the same one each time it is asked for the same two addresses", () => {
    const run = node();
    expect(way(run, "10.6.1.1")).toBe("unicast eth0 via 192.0.2.6 from 192.0.2.10");
    expect(run.choices.map((c) => [c.because, c.took.en])).toEqual([["kernel-draws", "via 192.0.2.6 dev eth0"]]);
    way(run, "10.6.1.1", { src: ip("10.244.1.5"), iif: "cni0" });
    way(run, "10.6.1.1", { src: ip("10.244.1.5"), iif: "cni0", mark: 1 });
    expect(run.decisions).toEqual([
      { taken: 0, of: 2 },
      { taken: 0, of: 2 },
    ]);
  });
});

const packet = (src: string, dst: string, dev: string): Packet => ({
  family: src.includes(":") ? 6 : 4,
  proto: "tcp",
  src: ip(src),
  dst: ip(dst),
  sport: 40_000,
  dport: 80,
  mark: 0,
  in: dev,
  out: null,
  flags: "S",
});

describe("IPv6 routes to one net, each on a line of its own,", () => {
  const devs = (...lines: readonly string[]): readonly string[] | undefined =>
    lookUp(node({ routes: lines.join("\n") }), { family: 6, dst: ip("2001:db8:9::1"), mark: 0, anyHop: true }).devs;
  const one = "2001:db8:9::/64 via 2001:db8:1::7 dev eth1 metric 1024 pref medium";
  const two = "2001:db8:9::/64 via 2001:db8:2::8 dev eth0 metric 1024 pref medium";
  it.each<[string, readonly string[], readonly string[] | undefined]>([
    ["by gateways with one metric are one of several hops", [one, two], ["eth1", "eth0"]],
    ["are not where the metric differs", [one, two.replace("1024", "1025")], undefined],
    ["are not where one has no gateway", [one, two.replace("via 2001:db8:2::8 ", "")], undefined],
    [
      "are not where a router announced them",
      [one, two].map((r) => `${r} proto ra`.replace(/(metric.*) (proto ra)/, "$2 $1")),
      undefined,
    ],
  ])("%s", (_, lines, expected) => expect(devs(...lines)).toEqual(expected));
});

describe("what becomes of a packet that comes in", () => {
  const filter = (value: number): Parameters<typeof node>[0] => ({ sysctls: { "net.ipv4.conf.all.rp_filter": value } });
  it.each<[what: string, src: string, dst: string, dev: string, expected: string, node?: Parameters<typeof node>[0]]>([
    ["for the node", "8.8.8.8", "192.0.2.10", "eth0", "local"],
    ["for another", "10.244.1.5", "10.244.2.7", "cni0", "forward eth1"],
    [
      "no forwarding",
      "10.244.1.5",
      "10.244.2.7",
      "cni0",
      "dropped forwarding-off",
      { sysctls: { "net.ipv4.ip_forward": 0 } },
    ],
    [
      "no forwarding by its device",
      "10.244.1.5",
      "10.244.2.7",
      "cni0",
      "dropped forwarding-off",
      { sysctls: { "net.ipv4.conf.cni0.forwarding": 0 } },
    ],
    [
      "IPv6's own switch",
      "2001:db8:2::1",
      "2001:db8:9::1",
      "eth1",
      "dropped forwarding-off",
      { sysctls: { "net.ipv6.conf.all.forwarding": 0 } },
    ],
    [
      "IPv4's switch is not IPv6's",
      "2001:db8:2::1",
      "2001:db8:9::1",
      "eth1",
      "forward eth1",
      { sysctls: { "net.ipv4.ip_forward": 0 } },
    ],
    [
      "IPv6's switch is not IPv4's",
      "10.244.1.5",
      "10.244.2.7",
      "cni0",
      "forward eth1",
      { sysctls: { "net.ipv6.conf.all.forwarding": 0 } },
    ],
    ["unreachable", "10.244.1.5", "10.9.0.1", "cni0", "refused no-route"],
    ["prohibit", "10.244.1.5", "10.8.0.1", "cni0", "refused no-route"],
    ["blackhole", "10.244.1.5", "10.244.1.140", "cni0", "dropped blackhole-route"],
    ["from its own address", "192.0.2.10", "10.244.1.5", "eth0", "dropped martian-source"],
    [
      "from its own address, accepted",
      "192.0.2.10",
      "10.244.1.5",
      "eth0",
      "forward cni0",
      { sysctls: { "net.ipv4.conf.eth0.accept_local": 1 } },
    ],
    ["from a Service's address that it holds", "10.96.0.1", "192.0.2.10", "eth0", "dropped martian-source"],
    ["from a loopback address", "127.0.0.1", "192.0.2.10", "eth0", "dropped martian-source"],
    ["to a loopback address", "8.8.8.8", "127.0.0.1", "eth0", "dropped martian-destination"],
    [
      "to a loopback address, let in",
      "8.8.8.8",
      "127.0.0.1",
      "eth0",
      "local",
      { sysctls: { "net.ipv4.conf.eth0.route_localnet": 1 } },
    ],
    [
      "to IPv6's loopback address, which DNAT set: by a route of the device it came in by",
      "2001:db8:2::1",
      "::1",
      "eth1",
      "forward eth1",
      { sysctls: { "net.ipv4.conf.all.route_localnet": 1 } },
    ],
    ["from a multicast address", "224.0.0.5", "192.0.2.10", "eth0", "dropped martian-source"],
    ["from 0.0.0.0/8", "0.1.2.3", "192.0.2.10", "eth0", "dropped martian-source"],
    ["to 0.0.0.0/8", "8.8.8.8", "0.1.2.3", "eth0", "dropped martian-destination"],
    ["the way back is another, nobody checks", "198.51.100.99", "192.0.2.10", "eth0", "local"],
    [
      "the way back is another, strictly checked",
      "198.51.100.99",
      "192.0.2.10",
      "eth0",
      "dropped rp-filter",
      filter(1),
    ],
    ["the way back is another, loosely checked", "198.51.100.99", "192.0.2.10", "eth0", "local", filter(2)],
    ["no way back, loosely checked", "10.9.0.1", "192.0.2.10", "eth0", "dropped rp-filter", filter(2)],
    [
      "the greater of all and the device's",
      "198.51.100.99",
      "192.0.2.10",
      "eth0",
      "local",
      { sysctls: { "net.ipv4.conf.all.rp_filter": 1, "net.ipv4.conf.eth0.rp_filter": 2 } },
    ],
    ["the way back is the way it came", "198.51.100.99", "192.0.2.10", "eth1", "local", filter(1)],
    ["one of several ways back, strictly checked", "10.6.0.1", "192.0.2.10", "eth1", "local", filter(1)],
    [
      "the mark does not count for the way back",
      "10.4.0.1",
      "192.0.2.10",
      "eth1",
      "dropped rp-filter",
      { ...filter(1), rules: ["100:\tfrom all fwmark 0x0/0x80 to 10.1.0.0/16 lookup 100"] },
    ],
  ])("%s", (_what, src, dst, dev, expected, more) => {
    const decision = routeInput(node(more), packet(src, dst, dev), dev);
    const text =
      decision.kind === "ended"
        ? `${decision.ending.outcome} ${decision.ending.reason}`
        : decision.kind === "forward"
          ? `forward ${fieldKey(decision.route.dev)}`
          : decision.kind;
    expect(text).toBe(expected);
  });

  it("counts the mark for the way back where src_valid_mark says so", () => {
    const rules = ["100:\tfrom all fwmark 0x80/0x80 lookup 100"];
    const strict = { "net.ipv4.conf.all.rp_filter": 1 };
    const marked = { ...packet("10.4.0.1", "192.0.2.10", "eth1"), mark: 0x80 };
    expect(routeInput(node({ rules, sysctls: strict }), marked, "eth1").kind).toBe("ended");
    const valid = node({ rules, sysctls: { ...strict, "net.ipv4.conf.eth1.src_valid_mark": 1 } });
    expect(routeInput(valid, marked, "eth1").kind).toBe("local");
  });
});

describe("whether -m rpfilter lets a packet pass", () => {
  const strict = { loose: false, validMark: false, acceptLocal: false };
  it.each<[what: string, src: string, dev: string, how: Parameters<typeof wayBackBy>[2], expected: string]>([
    ["by the device of the way back", "192.0.2.77", "eth0", strict, "yes"],
    ["by another", "192.0.2.77", "eth1", strict, "no"],
    ["by another, loosely", "192.0.2.77", "eth1", { ...strict, loose: true }, "yes"],
    ["by one of several", "10.6.0.1", "eth1", strict, "yes"],
    ["no way back", "10.9.0.1", "eth1", { ...strict, loose: true }, "no"],
    ["its own address", "192.0.2.10", "eth0", { ...strict, loose: true }, "no"],
    ["its own address, accepted", "192.0.2.10", "eth0", { ...strict, acceptLocal: true }, "yes"],
    ["by lo", "192.0.2.10", "lo", strict, "yes"],
    ["IPv6", "2001:db8:1::5", "eth1", strict, "yes"],
    ["IPv6 by another", "2001:db8:1::5", "eth0", strict, "no"],
  ])("%s", (_what, src, dev, how, expected) => {
    expect(wayBackBy(node(), packet(src, src.includes(":") ? "2001:db8:1::10" : "192.0.2.10", dev), how)).toBe(
      expected,
    );
  });
});
