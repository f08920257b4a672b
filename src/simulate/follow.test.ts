import { describe, expect, it } from "vitest";
import { sourceText } from "../base/source.ts";
import { readNode } from "../formats/read.ts";
import { known } from "./conformance/case-snapshot.ts";
import type { Flow } from "./flow.ts";
import { simulate } from "./simulate.ts";
import { ip, worldOf } from "./testing/node.ts";
import { aloneWith } from "./testing/service-flows.ts";
import { endpoint, snapshotOf } from "./testing/written-node.ts";

const mangle = [
  "*mangle",
  ...["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"].map((chain) => `:${chain} ACCEPT [0:0]`),
  "-A PREROUTING -m dscp --dscp 0x0a -j DROP",
  "-A POSTROUTING -o eth0 -j DSCP --set-dscp 0x0a",
  "COMMIT\n",
].join("\n");

describe("what an answer takes over from the request", () => {
  /** Kernel: seed 52038 of `npm run kernel`, Linux 6.18. */
  it.each<[proto: Flow["proto"], what: string, outcome: string]>([
    ["tcp", "not its TOS, the socket has one of its own", "delivered"],
    ["udp", "not its TOS, the socket has one of its own", "delivered"],
    ["icmp", "its TOS", "reply-lost"],
  ])("%s: %s", (proto, _what, outcome) => {
    const snapshot = snapshotOf(
      { mode: "iptables", version: "1.28", detector: "10.244.0.0/16", services: [] },
      (file, text) => (file === "iptables-save" ? mangle + text : text),
    );
    expect(simulate(aloneWith(snapshot), { from: "host", to: ip("10.244.2.20"), port: 8080, proto }).outcome).toBe(
      outcome,
    );
  });
});

describe("an answer to an address that a rule gave the packet", () => {
  const service = { namespace: "default", name: "web", clusterIp: ip("10.96.10.1"), port: 80, proto: "tcp" as const };
  /** Kernel: seed 61045 of `npm run kernel`, Linux 6.18. */
  it.each([
    ["of the pods' link, and the node does not hold it", "SNAT --to-source 10.244.1.99", "reply-lost"],
    ["that is the node's own on that link", "SNAT --to-source 10.244.1.1", "delivered"],
    ["that is the node's own elsewhere", "SNAT --to-source 192.168.10.11", "delivered"],
  ])("%s", (_what, target, outcome) => {
    const snapshot = snapshotOf(
      {
        mode: "iptables",
        version: "1.28",
        detector: "10.244.0.0/16",
        services: [{ ...service, portName: "http", endpoints: [endpoint("10.244.1.20:8080")] }],
      },
      (file, text) =>
        file === "iptables-save"
          ? text.replace(/^-A POSTROUTING /m, `-A POSTROUTING -j ${target}\n-A POSTROUTING `)
          : text,
    );
    const flow: Flow = { from: "host", to: service.clusterIp, port: 80, proto: "tcp" };
    expect(simulate(aloneWith(snapshot), flow).outcome).toBe(outcome);
  });
});

const addresses = [
  "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default\n    inet6 ::1/128 scope host",
  "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default",
  "    inet6 fd00:18::2/64 scope global",
  "3: cni0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default",
  "    inet6 fd00:244:1::1/64 scope global",
].join("\n");
const routes = [
  "fd00:18::/64 dev eth0 proto kernel metric 256",
  "fd00:244:1::/64 dev cni0 proto kernel metric 256",
  "fd00:244:2::/64 via fd00:18::5 dev eth0 metric 1024",
  "fd00:99::/64 via fd00:18::5 dev eth0 metric 1024",
].join("\n");
const rules = [
  "0:\tfrom all lookup local",
  "103:\tfrom fd00:244::/32 lookup main",
  "110:\tfrom all unreachable",
  "32766:\tfrom all lookup main",
].join("\n");

describe("a process's IPv6 packet that finds no way", () => {
  /** Kernel: seed 52086 of `npm run kernel`, Linux 6.18. */
  it.each([
    ["takes a source all the same, and goes the way of that", "fd00:244:2::10", "delivered"],
    ["is refused where that has none either", "fd00:99::10", "refused"],
  ])("%s", (_what, to, outcome) => {
    const texts = [`$ ip addr\n${addresses}`, `$ ip -6 route\n${routes}`, `$ ip -6 rule\n${rules}`];
    const { snapshot } = readNode([
      sourceText("node", "node.txt", `${texts.join("\n")}\n$ ip6tables-save\n${mangle.replace(/^-A.*\n/gm, "")}`),
    ]);
    const flow: Flow = { from: "host", to: ip(to), port: 80, proto: "tcp" };
    expect(simulate(worldOf(known(snapshot), {}), flow).outcome).toBe(outcome);
  });
});
