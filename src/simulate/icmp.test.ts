import { describe, expect, it } from "vitest";
import { type Flow, flowId } from "./flow.ts";
import { simulate } from "./simulate.ts";
import { type Edit, flowIn, ip, recorded, routerOf, worldOf } from "./testing/node.ts";
import { services } from "./testing/random-rules.ts";
import { aloneWith } from "./testing/service-flows.ts";
import { snapshotOf } from "./testing/written-node.ts";
import type { Simulation } from "./trace.ts";

/** Pings. IPVS and kube-proxy's rules take no echo requests, so whoever holds the address answers. */
const ping = (from: Flow["from"], to: string, source?: string): Flow => ({
  from,
  to: ip(to),
  port: 0,
  proto: "icmp",
  ...(source === undefined ? {} : { source: ip(source) }),
});
const first =
  (chain: string, rules: string): Edit =>
  (name, text) =>
    name === "iptables-save" ? text.replace(/\*filter\n(?::.*\n)+/, (head) => `${head}-A ${chain} ${rules}\n`) : text;
const brief = ({ outcome, traces }: Simulation): string => {
  const states = traces[0]?.steps.flatMap((s) =>
    s.kind === "conntrack" ? [`${s.state}${s.direction === "reply" ? "/reply" : ""}`] : [],
  );
  return `${outcome} ${traces[0]?.ending.reason}: ${states?.join(" ")}`;
};
const asked = (scenario: string, flow: Flow, edit?: Edit): string =>
  brief(simulate(worldOf(recorded(scenario, edit), routerOf(scenario)), flow));

describe("a ping on a node in IPVS mode", () => {
  it.each<[what: string, flow: Flow, expected: string, edit?: Edit]>([
    [
      "of a Service's address, from the node: the node itself answers",
      ping("host", "10.20.0.1"),
      "delivered delivered: NEW ESTABLISHED/reply",
    ],
    [
      "of a Service's address, from a pod",
      ping("pod", "10.20.0.1", "172.16.136.10"),
      "delivered delivered: NEW ESTABLISHED/reply",
    ],
    [
      "of a server, from a pod",
      ping("pod", "10.19.9.120", "172.16.136.10"),
      "delivered delivered: NEW ESTABLISHED/reply",
    ],
    [
      "of the node, from outside",
      ping("external", "10.19.136.10", "10.19.200.50"),
      "delivered delivered: NEW ESTABLISHED/reply",
    ],
    [
      "that INPUT drops by its type",
      ping("external", "10.19.136.10", "10.19.200.50"),
      "dropped rule-drop: NEW",
      first("INPUT", "-p icmp -m icmp --icmp-type 8 -j DROP"),
    ],
    [
      "whose answer OUTPUT drops by its type",
      ping("external", "10.19.136.10", "10.19.200.50"),
      "reply-lost rule-drop: NEW ESTABLISHED/reply",
      first("OUTPUT", "-p icmp -m icmp --icmp-type 0 -j DROP"),
    ],
    [
      "that a rule for another type lets pass",
      ping("external", "10.19.136.10", "10.19.200.50"),
      "delivered delivered: NEW ESTABLISHED/reply",
      first("INPUT", "-p icmp -m icmp --icmp-type 13 -j DROP"),
    ],
  ])("%s", (_what, flow, expected, edit) => expect(asked("01-healthy", flow, edit)).toBe(expected));

  it("of IPv6", () => {
    const flow = ping("host", flowIn("40-v6-healthy").to);
    const simulation = simulate(worldOf(recorded("40-v6-healthy"), routerOf("40-v6-healthy")), flow);
    expect(simulation.outcome).toBe("delivered");
    const sent = simulation.traces[0]?.steps[0]?.packet;
    expect([sent?.proto, sent?.icmpType]).toEqual(["ipv6-icmp", 128]);
  });
});

it("a Service's address answers no ping in iptables mode: the packet leaves for it, and nobody has it", () => {
  const world = aloneWith(snapshotOf({ mode: "iptables", version: "1.30", detector: "10.244.0.0/16", services }));
  for (const flow of [ping("host", "10.96.10.1"), ping("pod", "10.96.10.1", "10.244.1.9")])
    expect(brief(simulate(world, flow))).toBe("dropped service-address-leaves-node: NEW");
});

it("its flow is named without a port", () => {
  expect(flowId(ping("host", "10.20.0.1"))).toBe("host 10.20.0.1/icmp");
});
