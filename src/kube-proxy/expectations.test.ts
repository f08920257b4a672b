import { describe, expect, it } from "vitest";
import { type Ip, parseIp } from "../model/net/ip.ts";
import type { Packet } from "../model/net/packet.ts";
import { guessFor } from "./expectations.ts";
import { servicesOf } from "./services.ts";
import { nodeFrom } from "./testing/node.ts";

const ip = (text: string): Ip => {
  const address = parseIp(text);
  if (address === undefined) throw new Error(text);
  return address;
};
const snapshot = nodeFrom(
  [
    "-A -t 10.96.0.1:443 -s rr",
    "-a -t 10.96.0.1:443 -r 192.168.5.10:6443 -m -w 1",
    "-A -t 192.168.5.21:31080 -s rr",
    "-a -t 192.168.5.21:31080 -r 10.244.1.20:8080 -m -w 1",
  ].join("\n"),
);
const guess = guessFor(snapshot);
const packet = (src: string, dst: string, dport: number): Packet => ({
  family: 4,
  proto: "tcp",
  src: ip(src),
  dst: ip(dst),
  sport: 40000,
  dport,
  mark: 0,
  in: null,
  out: null,
  flags: "S",
});
type Dims = readonly ("src" | "dst")[];

describe("kube-proxy's habits for what was not pasted", () => {
  it.each<[string, Dims, string, string, number, boolean | undefined]>([
    ["KUBE-CLUSTER-IP", ["dst", "dst"], "10.96.0.1", "10.96.0.1", 443, true],
    ["KUBE-CLUSTER-IP", ["src", "dst"], "10.96.0.1", "10.96.0.1", 443, true],
    ["KUBE-CLUSTER-IP", ["src", "dst"], "192.168.5.21", "10.96.0.1", 443, false],
    ["KUBE-CLUSTER-IP", ["dst", "dst"], "10.96.0.1", "192.168.5.10", 6443, false],
    ["KUBE-CLUSTER-IP", ["dst", "dst"], "10.96.0.1", "10.96.0.1", 80, false],
    ["KUBE-6-CLUSTER-IP", ["dst", "dst"], "10.96.0.1", "10.96.0.1", 443, true],
    ["KUBE-LOOP-BACK", ["dst", "dst", "src"], "10.96.0.1", "192.168.5.10", 6443, false],
    ["KUBE-LOOP-BACK", ["dst", "dst", "src"], "10.244.1.20", "10.244.1.20", 8080, true],
    ["KUBE-NODE-PORT-TCP", ["dst"], "10.0.0.9", "192.168.5.21", 31080, true],
    ["KUBE-NODE-PORT-TCP", ["dst"], "10.0.0.9", "10.96.0.1", 443, false],
    ["KUBE-NODE-PORT-LOCAL-TCP", ["dst"], "10.0.0.9", "192.168.5.21", 31080, false],
    ["KUBE-LOAD-BALANCER", ["dst", "dst"], "10.0.0.9", "10.96.0.1", 443, false],
    ["KUBE-EXTERNAL-IP", ["dst", "dst"], "10.0.0.9", "10.96.0.1", 443, false],
    ["KUBE-IPVS-IPS", ["dst"], "10.0.0.9", "10.96.0.1", 22, true],
    ["cali40all-ipam-pools", ["dst"], "10.0.0.9", "10.96.0.1", 443, false],
    ["cali40all-ipam-pools", ["dst"], "10.0.0.9", "10.244.1.20", 8080, undefined],
    ["somebody-elses-set", ["dst"], "10.0.0.9", "10.96.0.1", 443, undefined],
  ])("%s %j of %s → %s:%i: %s", (set, dims, src, dst, dport, answer) => {
    expect(guess({ ask: "set-member", set, dims, packet: packet(src, dst, dport) })?.answer).toBe(answer);
  });

  it("takes virtual servers' addresses for the node's own, and nobody else's", () => {
    expect(guess({ ask: "address-local", address: ip("10.96.0.1") })).toMatchObject({
      answer: true,
      settledBy: "ip addr",
    });
    expect(guess({ ask: "address-local", address: ip("192.168.5.21") })?.answer).toBe(true);
    expect(guess({ ask: "address-local", address: ip("192.168.5.10") })?.answer).toBe(false);
  });

  it("knows cluster IPs as addresses that nobody outside routes", () => {
    expect(guess({ ask: "service-address", address: ip("10.96.0.1") })?.answer).toBe(true);
    expect(guess({ ask: "service-address", address: ip("192.168.5.21") })).toBeUndefined();
  });

  it("tells node ports from cluster IPs", () => {
    expect(servicesOf(snapshot).map((s) => [s.address, s.kind])).toEqual([
      ["10.96.0.1", "cluster-ip"],
      ["192.168.5.21", "node-port"],
    ]);
  });
});
