import { describe, expect, it } from "vitest";
import { guessFor } from "../kube-proxy/expectations.ts";
import type { ServedPort } from "../kube-proxy/writes/cluster.ts";
import { type Rule, ruleList } from "../model/netfilter/rule.ts";
import { readScene } from "../model/netfilter/testing/packet-text.ts";
import { readRule } from "../model/netfilter/testing/read-rule.ts";
import { candidates } from "./chain-index.ts";
import type { Flow } from "./flow.ts";
import { simulate } from "./simulate.ts";
import { ip } from "./testing/node.ts";
import { endpoint, nodeAddress, snapshotOf } from "./testing/written-node.ts";
import type { Trace } from "./trace.ts";

const rule = (text: string): Rule => {
  const found = readRule(`-A X ${text}`).rule;
  if (!found) throw new Error(`no rule: ${text}`);
  return found;
};
const others = Array.from({ length: 60 }, (_, i) => rule(`-d 10.96.1.${i}/32 -p tcp -m tcp --dport 80 -j Y`));

describe("rules that are tried", () => {
  it.each([
    ["-d 10.96.0.1/32 -j Y", "tcp 10.0.0.1:4 > 10.96.0.1:80", true],
    ["-d 10.96.0.1/32 -j Y", "tcp 10.0.0.1:4 > 10.96.0.2:80", false],
    ["! -d 10.96.0.1/32 -j Y", "tcp 10.0.0.1:4 > 10.96.0.2:80", true],
    ["-d 10.96.0.0/24 -j Y", "tcp 10.0.0.1:4 > 10.97.0.2:80", true],
    ["-p tcp -m tcp --dport 80 -j Y", "tcp 10.0.0.1:4 > 10.97.0.2:80", true],
    ["-p tcp -m tcp --dport 80 -j Y", "tcp 10.0.0.1:4 > 10.97.0.2:81", false],
    ["-p tcp -m tcp ! --dport 80 -j Y", "tcp 10.0.0.1:4 > 10.97.0.2:81", true],
    ["-p tcp -m tcp --dport 80:90 -j Y", "tcp 10.0.0.1:4 > 10.97.0.2:99", true],
    // what counts or remembers is tried whatever comes after it
    ["-p tcp -m recent --set --name a -m tcp --dport 80 -j Y", "tcp 10.0.0.1:4 > 10.97.0.2:81", true],
    ['-p tcp -m comment --comment "a" -m tcp --dport 80 -j Y', "tcp 10.0.0.1:4 > 10.97.0.2:81", false],
    ["-j Y", "tcp 10.0.0.1:4 > 10.97.0.2:81", true],
  ])("%s for %s: %s", (text, packet, tried) => {
    const list = ruleList([...others, rule(text), ...others]);
    expect(candidates(list, readScene(packet).packet)?.includes(others.length)).toBe(tried);
  });
  it("keep their order", () => {
    const list = ruleList([...others, rule("-j Y"), rule("-d 10.96.0.1/32 -j Y"), rule("-j Y"), ...others]);
    const { packet } = readScene("tcp 10.0.0.1:4 > 10.96.0.1:80");
    expect(candidates(list, packet)).toEqual([60, 61, 62]);
  });
  it("are all rules of a short chain, and of any chain where the destination is not known", () => {
    const { packet } = readScene("tcp 10.0.0.1:4 > 10.96.0.1:80");
    expect(candidates(ruleList(others.slice(0, 10)), packet)).toBeUndefined();
    const dst = { symbol: "x", says: { en: "x", "zh-CN": "x" } };
    expect(candidates(ruleList(others), { ...packet, dst })).toBeUndefined();
  });
});

describe("a packet's way among few Services and among many", () => {
  const service = (n: number): ServedPort => ({
    namespace: "default",
    name: `web${n}`,
    portName: "http",
    proto: "tcp",
    clusterIp: ip(`10.96.${n >> 8}.${n & 255}`),
    port: 80,
    nodePort: 30000 + n,
    endpoints: [`10.244.2.${n}:8080`, `10.244.1.${n}:8080`].map(endpoint),
  });
  const flows: Flow[] = [
    { from: "host", to: ip("10.96.0.1"), port: 80, proto: "tcp" },
    { from: "pod", source: ip("10.244.1.99"), to: ip("10.96.0.1"), port: 80, proto: "tcp" },
    { from: "external", source: ip("198.51.100.7"), to: ip(nodeAddress), port: 30001, proto: "tcp" },
    { from: "host", to: ip("10.96.0.1"), port: 81, proto: "tcp" },
  ];
  const told = (trace: Trace): unknown =>
    trace.steps.map((s) => [s.kind, "target" in s ? s.target : "", "place" in s ? s.place.chain : "", s.changes]);
  it.each(["1.12", "1.19", "1.23", "1.34"])("is the same in iptables mode of %s", (version) => {
    const [few, many] = [20, 120].map((count) => {
      const services = Array.from({ length: count }, (_, i) => service(i + 1));
      const snapshot = snapshotOf({ mode: "iptables", version, detector: "10.244.0.0/16", services });
      return { snapshot, beyond: {}, guess: guessFor(snapshot), masqueradeMark: 0x4000 };
    });
    for (const flow of flows) {
      if (!few || !many) throw new Error("no world");
      const a = simulate(few, flow);
      const b = simulate(many, flow);
      expect(b.outcome).toBe(a.outcome);
      expect(b.traces.map(told)).toEqual(a.traces.map(told));
    }
  });
});
