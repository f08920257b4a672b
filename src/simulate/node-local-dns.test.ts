import { describe, expect, it } from "vitest";
import type { ServedPort } from "../kube-proxy/writes/cluster.ts";
import type { Flow } from "./flow.ts";
import { simulate } from "./simulate.ts";
import { ip } from "./testing/node.ts";
import { aloneWith } from "./testing/service-flows.ts";
import { endpoint, snapshotOf, type WrittenNode } from "./testing/written-node.ts";

/** NodeLocal DNS holds the DNS Service's address on a device of its own and takes its packets before conntrack sees them. */
const dns = (proto: "udp" | "tcp"): ServedPort => ({
  namespace: "kube-system",
  name: "kube-dns",
  portName: proto === "udp" ? "dns" : "dns-tcp",
  proto,
  clusterIp: ip("10.96.0.10"),
  port: 53,
  endpoints: [endpoint("10.244.2.53:53"), endpoint("10.244.3.53:53")],
});
const node: WrittenNode = {
  mode: "iptables",
  version: "1.30",
  detector: "10.244.0.0/16",
  services: [dns("udp"), dns("tcp")],
};
const held = ["169.254.20.10", "10.96.0.10"];
const ports = ["udp", "tcp"];
const raw = [
  "*raw",
  ":PREROUTING ACCEPT [0:0]",
  ":OUTPUT ACCEPT [0:0]",
  ...held.flatMap((a) => ports.map((p) => `-A PREROUTING -d ${a}/32 -p ${p} -m ${p} --dport 53 -j NOTRACK`)),
  ...held.flatMap((a) => ports.map((p) => `-A OUTPUT -s ${a}/32 -p ${p} -m ${p} --sport 53 -j NOTRACK`)),
  ...held.flatMap((a) => ports.map((p) => `-A OUTPUT -d ${a}/32 -p ${p} -m ${p} --dport 53 -j NOTRACK`)),
  "COMMIT",
  "",
].join("\n");

function withLocalDns(file: string, text: string): string {
  if (file === "iptables-save") return text.replace("*mangle\n", `${raw}*mangle\n`);
  if (file === "ip-route")
    return `${held.map((a) => `local ${a} dev nodelocaldns table local proto kernel scope host src ${a}\n`).join("")}${text}`;
  if (file !== "ip-addr") return text;
  const addresses = held.map((a) => `    inet ${a}/32 scope global nodelocaldns\n`).join("");
  return `${text}8: nodelocaldns: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN group default\n    link/ether 02:00:00:00:00:08 brd ff:ff:ff:ff:ff:ff\n${addresses}`;
}

describe("on a node with NodeLocal DNS", () => {
  const world = aloneWith(snapshotOf(node, withLocalDns));
  it.each<Flow["from"]>(["host", "pod"])("a %s's query is answered on the node, untracked and untranslated", (from) => {
    for (const proto of ["udp", "tcp"] as const) {
      const source = from === "pod" ? { source: ip("10.244.1.77") } : {};
      const { outcome, traces } = simulate(world, { from, to: ip("10.96.0.10"), port: 53, proto, ...source });
      expect([outcome, traces.length]).toEqual(["delivered", 1]);
      const states = traces[0]?.steps.flatMap((s) => (s.kind === "nat-considered" ? [s.why] : []));
      expect(new Set(states)).toEqual(new Set(["not-tracked"]));
      expect(traces[0]?.steps.some((s) => s.kind === "received" && s.by === "local-process")).toBe(true);
    }
  });

  it("without it the query goes to an endpoint", () => {
    const { outcome, traces } = simulate(aloneWith(snapshotOf(node)), {
      from: "pod",
      source: ip("10.244.1.77"),
      to: ip("10.96.0.10"),
      port: 53,
      proto: "udp",
    });
    expect([outcome, traces.length]).toEqual(["delivered", 2]);
  });
});
