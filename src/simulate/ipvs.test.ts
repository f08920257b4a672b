import { describe, expect, it } from "vitest";
import { fieldKey } from "../model/net/symbolic.ts";
import type { Flow } from "./flow.ts";
import { simulate } from "./simulate.ts";
import { type Edit, ip, recorded, routerOf, worldOf } from "./testing/node.ts";
import { bound, brief, host, outside, pod, simulated } from "./testing/virtual-servers.ts";
import type { Simulation } from "./trace.ts";

const [one, two, three] = ["10.19.9.120:6443", "10.19.14.106:6443", "10.19.111.132:6443"];
const beside = "10.19.136.77:443";
const reals = (service: string, method: string, ...weights: readonly number[]): string =>
  [one, two, three].map((r, i) => `-a ${service} -r ${r} ${method} -w ${weights[i] ?? 1}`).join("\n");
const tcp = "-t 10.20.0.1:443";
const unbound: Edit = (name, text) =>
  name === "ip-addr"
    ? text.replace(/ {4}inet 10\.20\.0\.1\/32.*\n.*\n/, "")
    : name === "ip-route-table-all"
      ? text.replace(/^local 10\.20\.0\.1 .*\n/m, "")
      : text;
const marking: Edit = (name, text) =>
  name === "iptables-save"
    ? text.replace(
        /(\*mangle\n(?::.*\n)+)/,
        "$1-A PREROUTING -d 10.20.0.1/32 -p tcp -m tcp --dport 443 -j MARK --set-xmark 0x7/0xffffffff\n",
      )
    : text;

type Row = [what: string, ipvs: string, flow: Flow, expected: string, ...edits: Edit[]];
const methods: Row[] = [
  [
    "Masq, unmarked: the server answers past the node",
    `-A ${tcp} -s rr\n-a ${tcp} -r ${one} -m -w 1`,
    outside,
    "reply-lost answered-elsewhere, 10.19.200.50 > 10.19.9.120 tcp",
  ],
  [
    "Route: the server answers straight to the client, from the address it asked",
    `-A ${tcp} -s rr\n-a ${tcp} -r ${beside} -g -w 1`,
    outside,
    "delivered delivered, 10.19.200.50 > 10.20.0.1 tcp",
  ],
  [
    "Route to a server behind a router",
    `-A ${tcp} -s rr\n-a ${tcp} -r ${two} -g -w 1`,
    outside,
    "dropped real-server-behind-gateway, 10.19.200.50 > 10.20.0.1 tcp",
  ],
  [
    "Tunnel: the same, within another packet",
    `-A ${tcp} -s rr\n-a ${tcp} -r ${one} -i -w 1`,
    outside,
    "delivered delivered, 10.19.136.10 > 10.19.9.120 ipencap",
  ],
  [
    "Tunnel by GRE",
    `-A ${tcp} -s rr\n-a ${tcp} -r ${one} -i -w 1 --tun-type gre`,
    outside,
    "delivered delivered, 10.19.136.10 > 10.19.9.120 gre",
  ],
  [
    "Route, from the node itself: its source is the virtual address, which the server holds",
    `-A ${tcp} -s rr\n-a ${tcp} -r ${beside} -g -w 1`,
    host,
    "dropped own-source-at-server, 10.20.0.1 > 10.20.0.1 tcp",
  ],
  [
    "Route, bound to the node's address: the answer comes from an address that the node holds, too",
    `-A ${tcp} -s rr\n-a ${tcp} -r ${beside} -g -w 1`,
    bound,
    "reply-lost martian-source, 10.19.136.10 > 10.20.0.1 tcp",
  ],
  [
    "Route, from a pod: likewise",
    `-A ${tcp} -s rr\n-a ${tcp} -r ${beside} -g -w 1`,
    pod,
    "reply-lost martian-source, 172.16.136.10 > 10.20.0.1 tcp",
  ],
  [
    "Route, from the node, which does not hold the address",
    `-A ${tcp} -s rr\n-a ${tcp} -r ${beside} -g -w 1`,
    host,
    "delivered delivered, 10.19.136.10 > 10.20.0.1 tcp",
    unbound,
  ],
  [
    "Masq to a loopback address, from a pod",
    `-A ${tcp} -s rr\n-a ${tcp} -r 127.0.0.1:6443 -m -w 1`,
    pod,
    "dropped loopback-real-server",
  ],
  [
    "Masq to a loopback address, from the node",
    `-A ${tcp} -s rr\n-a ${tcp} -r 127.0.0.1:6443 -m -w 1`,
    host,
    "wrong-source service-address-as-source",
  ],
  [
    "Masq to where no route leads",
    `-A ${tcp} -s rr\n-a ${tcp} -r ${one} -m -w 1`,
    pod,
    "refused no-route",
    (name, text) => (name === "ip-route-table-all" ? `${text}blackhole 10.19.9.0/24\n` : text),
  ],
  ["Route to the node itself", `-A ${tcp} -s rr\n-a ${tcp} -r 10.19.136.10:443 -g -w 1`, pod, "delivered delivered"],
  [
    "Route to the node itself, of a packet that was to leave it",
    `-A ${tcp} -s rr\n-a ${tcp} -r 10.19.136.10:443 -g -w 1`,
    host,
    "dropped ipvs-local-server",
    unbound,
  ],
];
const choices: Row[] = [
  [
    "a firewall mark comes before the address",
    `-A -f 7 -s rr\n-a -f 7 -r ${two} -m -w 1\n-A ${tcp} -s rr`,
    pod,
    "delivered delivered, 172.16.136.10 > 10.19.14.106 tcp",
    marking,
  ],
  [
    "a firewall mark that a routing rule keeps on the node, whatever IPVS made of the packet",
    `-A -f 7 -s rr\n-a -f 7 -r ${two} -m -w 1`,
    pod,
    "dropped translated-then-kept",
    marking,
    (name, text) =>
      name === "ip-rule"
        ? text.replace("32766:", "32765:\tfrom all fwmark 0x7 lookup 100\n32766:")
        : name === "ip-route-table-all"
          ? `${text}local default dev lo table 100 scope host\n`
          : text,
  ],
  [
    "a firewall mark of the other family does not count",
    `-A -f 7 -6 -s rr\n-a -f 7 -6 -r [fd00::1]:443 -m -w 1\n-A ${tcp} -s rr\n-a ${tcp} -r ${one} -m -w 1`,
    pod,
    "delivered delivered, 172.16.136.10 > 10.19.9.120 tcp",
    marking,
  ],
  [
    "port 0 without persistence serves nobody",
    "-A -t 10.20.0.1:0 -s rr\n-a -t 10.20.0.1:0 -r 10.19.9.120:0 -m -w 1",
    pod,
    "refused port-zero",
  ],
  [
    "port 0 with persistence keeps the port",
    "-A -t 10.20.0.1:0 -s rr -p 60\n-a -t 10.20.0.1:0 -r 10.19.9.120:0 -m -w 1",
    pod,
    "delivered delivered, 172.16.136.10 > 10.19.9.120 tcp",
  ],
  [
    "a drained server gets nobody",
    `-A ${tcp} -s rr\n${reals(tcp, "-m", 1, 0, 1)}`,
    pod,
    "delivered delivered, 172.16.136.10 > 10.19.9.120 tcp",
  ],
  [
    "with sh it refuses those who fall on it",
    `-A ${tcp} -s sh\n${reals(tcp, "-m", 1, 0, 1)}`,
    pod,
    "refused drained-real-server",
  ],
  [
    "with mh it does, too",
    `-A ${tcp} -s mh -b mh-port\n${reals(tcp, "-m", 1, 0, 1)}`,
    pod,
    "refused drained-real-server",
  ],
  [
    "with sh-fallback it does not",
    `-A ${tcp} -s sh -b sh-fallback\n${reals(tcp, "-m", 1, 0, 1)}`,
    pod,
    "delivered delivered, 172.16.136.10 > 10.19.9.120 tcp",
  ],
  ["all drained", `-A ${tcp} -s sh\n${reals(tcp, "-m", 0, 0, 0)}`, pod, "refused no-real-server"],
];

describe.each([
  ["ways to a real server", methods],
  ["which real server", choices],
])("%s", (_, rows) => {
  it.each(rows)("%s", (_what, ipvs, flow, expected, ...edits) => {
    expect(brief(simulated("02-broken", ipvs, flow, ...edits))).toBe(expected);
  });
});

/** Real servers that a flow may get. */
const chosen = (simulation: Simulation): string[] =>
  simulation.traces
    .map((t) =>
      t.summary.dnatTo ? `${fieldKey(t.summary.dnatTo.address)}:${fieldKey(t.summary.dnatTo.port)}` : "none",
    )
    .sort();
const template = (real: string): string =>
  `IPVS connection entries\npro expire state       source             virtual            destination\nTCP 179:56 ASSURED     172.16.136.10:0    10.20.0.1:443      ${real}`;

describe("who is followed", () => {
  it.each<[what: string, ipvs: string, flow: Flow, reals: readonly string[], ...edits: Edit[]]>([
    ["every live server", `-A ${tcp} -s wrr\n${reals(tcp, "-m", 1, 5, 0)}`, pod, [two, one]],
    ["the highest weight with fo", `-A ${tcp} -s fo\n${reals(tcp, "-m", 1, 5, 2)}`, pod, [two]],
    ["the one a client is bound to", `-A ${tcp} -s rr -p 60\n${reals(tcp, "-m")}\n${template(two)}`, pod, [two]],
    [
      "any, for another client",
      `-A ${tcp} -s rr -p 60\n${reals(tcp, "-m")}\n${template(two)}`,
      outside,
      [three, two, one],
    ],
    ["any, without persistence", `-A ${tcp} -s rr\n${reals(tcp, "-m")}\n${template(two)}`, pod, [three, two, one]],
    [
      "one of the client's net with a mask",
      `-A ${tcp} -s rr -p 60 -M 255.255.0.0\n${reals(tcp, "-m")}\n${template(two).replace("172.16.136.10:0", "172.16.0.0:0   ")}`,
      pod,
      [two],
    ],
    [
      "a drained one as long as templates last",
      `-A ${tcp} -s rr -p 60\n${reals(tcp, "-m", 1, 0, 1)}\n${template(two)}`,
      pod,
      [two],
    ],
    [
      "by a firewall mark, with persistence: the port asked for, whatever the real server's",
      `-A -f 7 -s rr -p 60\n-a -f 7 -r ${two} -m -w 1`,
      pod,
      ["10.19.14.106:443"],
      marking,
    ],
    [
      "by a firewall mark, without: the real server's port",
      `-A -f 7 -s rr\n-a -f 7 -r ${two} -m -w 1`,
      pod,
      [two],
      marking,
    ],
    [
      "by port 0, with persistence: the port asked for",
      "-A -t 10.20.0.1:0 -s rr -p 60\n-a -t 10.20.0.1:0 -r 10.19.14.106:6443 -m -w 1",
      pod,
      ["10.19.14.106:443"],
    ],
    [
      "by a firewall mark: the one a client is bound to",
      `-A -f 7 -s rr -p 60\n-a -f 7 -r ${one} -m -w 1\n-a -f 7 -r ${two} -m -w 1\nIPVS connection entries\npro expire state       source             virtual            destination\nIP  09:59  NONE        172.16.136.10:0    0.0.0.7:0          10.19.14.106:0`,
      pod,
      ["10.19.14.106:443"],
      marking,
    ],
    [
      "no drained one where templates expire with it",
      `-A ${tcp} -s rr -p 60\n${reals(tcp, "-m", 1, 0, 1)}\n${template(two)}`,
      pod,
      [three, one],
      (name, text) => (name === "sysctl" ? `${text}net.ipv4.vs.expire_quiescent_template = 1\n` : text),
    ],
  ])("%s", (_what, ipvs, flow, expected, ...edits) => {
    expect(chosen(simulated("01-healthy", ipvs, flow, ...edits))).toEqual(expected);
  });
});

it("a tunnelled packet meets OUTPUT and POSTROUTING anew, and the packet in it is what the server answers", () => {
  const simulation = simulated("02-broken", `-A ${tcp} -s rr\n-a ${tcp} -r ${one} -i -w 1`, outside);
  const steps = simulation.traces[0]?.steps ?? [];
  const scheduled = steps.findIndex((s) => s.kind === "ipvs");
  const after = steps.slice(scheduled).filter((s) => s.kind === "conntrack" && s.direction === "original");
  expect(after.map((s) => s.kind === "conntrack" && [s.hook, s.state, s.packet.proto])).toEqual([
    ["OUTPUT", "NEW", "ipencap"],
  ]);
  const answer = steps.find((s) => s.direction === "reply");
  expect(answer && `${fieldKey(answer.packet.src)} > ${fieldKey(answer.packet.dst)} ${answer.packet.proto}`).toBe(
    "10.20.0.1 > 10.19.200.50 tcp",
  );
});

it("goes round where the router between sends the service's address back", () => {
  const ipvs = `-A ${tcp} -s rr\n-a ${tcp} -r ${two} -g -w 1\n`;
  const snapshot = recorded("02-broken", (name, text) => (name === "ipvsadm-Sn" ? ipvs : text));
  const sendsBack = routerOf("02-broken", "10.20.0.0/16 via 10.19.136.10 dev r-node\n");
  expect(brief(simulate(worldOf(snapshot, sendsBack), outside))).toBe(
    "looped real-server-behind-gateway, 10.19.200.50 > 10.20.0.1 tcp",
  );
});

it("a tunnel is no NAT: the server sees the sender's address, whatever the outer packet has", () => {
  const { summary } = simulated("01-healthy", `-A ${tcp} -s rr\n-a ${tcp} -r ${one} -i -w 1`, outside).traces[0] ?? {};
  expect(summary).toMatchObject({ sourceSent: "10.19.200.50", sentBy: "eth0", masqueraded: false });
  expect(summary?.dnatTo).toBeUndefined();
  expect(summary?.snatTo).toBeUndefined();
});

describe("IPv6, which knows no martian source", () => {
  const service = "-t [fd00:10:20::1]:443";
  const direct = `-A ${service} -s rr\n-a ${service} -r [fd00:10:19:136::77]:443 -g -w 1`;
  const node: Flow = { from: "host", to: ip("fd00:10:20::1"), port: 443, proto: "tcp" };
  it.each<[what: string, flow: Flow, expected: string]>([
    ["a server that gets its own address as source answers to itself", node, "reply-lost own-source-at-server"],
    [
      "an answer from an address that the node holds is taken",
      { ...node, source: ip("fd00:10:19:136::10") },
      "delivered delivered",
    ],
  ])("%s", (_what, flow, expected) => {
    expect(brief(simulated("41-v6-broken", direct, flow))).toContain(expected);
  });
});

it("rewrites nothing for a real server that no route leads to", () => {
  const unreachable: Edit = (name, text) =>
    name === "ip-route-table-all" ? `${text}unreachable 10.19.9.0/24\n` : text;
  const { traces } = simulated("02-broken", `-A ${tcp} -s rr\n-a ${tcp} -r ${one} -m -w 1`, pod, unreachable);
  expect(traces[0]?.summary.dnatTo).toBeUndefined();
});

it.each([
  [
    `-A ${tcp} -s rr\n-a ${tcp} -r ${beside} -g -w 1`,
    "IPVS sends 10.20.0.1:443 to 10.19.136.77:443 as it is, by its link layer address",
  ],
  [
    `-A ${tcp} -s rr\n-a ${tcp} -r 10.19.136.10:443 -g -w 1`,
    "IPVS sends 10.20.0.1:443 to 10.19.136.10:443, on this node, as it is",
  ],
  [`-A ${tcp} -s rr\n-a ${tcp} -r ${one} -m -w 1`, "IPVS sends 10.20.0.1:443 to 10.19.9.120:6443"],
  [
    "-A -t 10.20.0.1:0 -s rr -p 60\n-a -t 10.20.0.1:0 -r 10.19.9.120:6443 -m -w 1",
    "IPVS sends 10.20.0.1:0 to 10.19.9.120:6443, at the port asked for, as persistence wants it",
  ],
])("says how the packet goes on: %s", (ipvs, says) => {
  const steps = simulated("01-healthy", ipvs, pod).traces[0]?.steps ?? [];
  expect(steps.find((s) => s.kind === "ipvs")?.says.en).toBe(says);
});

it("SCTP meets the virtual server of its own protocol", () => {
  const service = "--sctp-service 10.20.0.1:443";
  const simulation = simulated("01-healthy", `-A ${service} -s rr\n-a ${service} -r ${one} -m -w 1`, {
    ...pod,
    proto: "sctp",
  });
  expect(chosen(simulation)).toEqual([one]);
});
