import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { probe } from "../probe.ts";
import { ask } from "../testing/ask.ts";
import { dumps, flowTo, none, usualNode } from "../testing/damage.ts";
import { traceSettles } from "./traced.ts";

/** Traces of Linux 6.1 (TRACE target, legacy), each of a second try on the node of the scenario of that name. */
const text = (url: string): string => readFileSync(new URL(url, import.meta.url), "utf8");
const traceOf = (scenario: string) => ({
  name: "kernel.log",
  content: text(`fixtures/${scenario}.kernel-trace.txt`),
});
const nodeOf = (scenario: string) =>
  ["iptables-save", "ipset-save", "ipvsadm-Sn", "ip-addr", "ip-route-table-all", "ip-rule", "sysctl"].map((name) => ({
    name,
    content: text(`../../simulate/conformance/fixtures/scenarios/${scenario}/${name}.txt`),
  }));
const scenarios = ["01-healthy", "02-broken", "06a-pod-healthy"];
const byPlace = /^It (?:meets rule \d+|passes the end) of /;

describe("TRACE lines beside the hops that are predicted", () => {
  it.each(scenarios)("of %s agree, place for place", (scenario) => {
    const { observations } = ask({ broken: [...nodeOf(scenario), traceOf(scenario)] }).view.diagnosis;
    expect(observations.filter((o) => o.verdict !== "agrees")).toEqual([]);
    expect(observations.filter((o) => byPlace.test(o.says.en)).length).toBeGreaterThanOrEqual(11);
  });

  it("stand on the node that they were pasted for", () => {
    const pair = (a: string, b: string) =>
      ask({
        healthy: [...nodeOf("01-healthy"), traceOf(a)],
        broken: [...nodeOf("02-broken"), traceOf(b)],
      }).view.diagnosis;
    const right = pair("01-healthy", "02-broken");
    expect(new Set(right.observations.map((o) => `${o.side} ${o.verdict}`))).toEqual(
      new Set(["healthy agrees", "broken agrees"]),
    );
    const wrong = pair("02-broken", "01-healthy");
    const against = wrong.observations.filter((o) => o.verdict === "contradicts" && byPlace.test(o.says.en));
    expect(new Set(against.map((o) => o.side))).toEqual(new Set(["healthy", "broken"]));
  });

  it("are of no flow that comes in by another interface", () => {
    const log = traceOf("06a-pod-healthy");
    const outside = { ...log, content: log.content.replaceAll("IN=cni0", "IN=eth0") };
    const { observations } = ask({ broken: [...nodeOf("06a-pod-healthy"), outside] }).view.diagnosis;
    expect(new Set(observations.map((o) => o.verdict))).toEqual(new Set(["other-flow"]));
  });

  it("that contradict make a finding less sure, and are said first", () => {
    const without = ask({ broken: nodeOf("02-broken") }).view.diagnosis;
    const agreeing = ask({ broken: [...nodeOf("02-broken"), traceOf("02-broken")] }).view.diagnosis;
    const against = ask({ broken: [...nodeOf("02-broken"), traceOf("01-healthy")] }).view.diagnosis;
    const sure = (d: typeof without) => d.findings.map((f) => [f.id, f.certainty]);
    expect(sure(without)).toEqual([["cluster-cidr-missing", "likely"]]);
    expect(sure(agreeing)).toEqual(sure(without));
    expect(sure(against)).toEqual([["cluster-cidr-missing", "possible"]]);
    expect(against.notes[0]).toMatchObject({ id: "observed-otherwise-broken", first: true });
    expect(agreeing.notes.some((n) => n.first)).toBe(false);
  });
});

describe("what the trace settles", () => {
  const settles = (scenario: string, trace: string, edit: (log: string) => string = (log) => log): boolean => {
    const log = { ...traceOf(trace), content: edit(traceOf(trace).content) };
    const { examination } = ask({ broken: [...nodeOf(scenario), log] });
    const side = examination.sides.broken;
    if (!side) throw new Error("no side");
    return traceSettles(probe(side, flowTo(scenario === "06a-pod-healthy" ? "pod" : "host", "10.20.0.1", 443)));
  };
  it.each(scenarios)("%s: every rule on the way", (scenario) => expect(settles(scenario, scenario)).toBe(true));
  it("nothing, where a rule on the way is not in the log", () =>
    expect(settles("01-healthy", "01-healthy", (log) => log.replace(/.*nat:KUBE-MARK-MASQ:rule:1 .*\n/, ""))).toBe(
      false,
    ));
  it("nothing, where it shows another way", () => expect(settles("01-healthy", "02-broken")).toBe(false));
  it("nothing, where it is of another connection", () =>
    expect(settles("01-healthy", "01-healthy", (log) => log.replaceAll("DST=10.20.0.1", "DST=10.20.0.9"))).toBe(false));
  it("nothing, where the log begins in the middle of the connection", () =>
    expect(
      settles("01-healthy", "01-healthy", (log) => log.replaceAll(" SYN ", " ACK ").replace(/.*TRACE: nat:.*\n/g, "")),
    ).toBe(false));
});

describe("xtables-monitor, which tells rules by their text,", () => {
  const node = usualNode("iptables", "1.28");
  const packet =
    "PACKET: 2 244791c3 OUT=eth0 SRC=192.168.10.11 DST=10.96.10.3 LEN=60 TOS=0x0 TTL=64 ID=16244 DF SPORT=34672 DPORT=80 SYN";
  const traced = (chain: string, rule: string): readonly string[] => [
    packet,
    ` TRACE: 2 244791c3 nat:${chain}:rule:0x3:CONTINUE  -4 -t nat -A ${chain} ${rule}`,
  ];
  const told = (...lines: readonly string[]): string[] =>
    ask({
      broken: [...dumps(node, none), { name: "monitor", content: `${lines.join("\n")}\n` }],
    }).view.diagnosis.observations.map((o) => `${o.verdict} ${o.says.en}`);
  const jump = '-m comment --comment "kubernetes service portals" -j KUBE-SERVICES';
  const nodePorts =
    '-m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS';
  it("agrees", () =>
    expect(told(...traced("OUTPUT", jump))).toEqual(["agrees It meets rule 1 of nat OUTPUT, as predicted."]));
  it("contradicts", () =>
    expect(told(...traced("KUBE-SERVICES", nodePorts))).toEqual([
      expect.stringMatching(/^contradicts It meets rule \d+ of nat KUBE-SERVICES here/),
    ]));
  it("says nothing of the place of a rule that the dump does not have", () =>
    expect(told(...traced("OUTPUT", "-j LOG"))).toEqual(["agrees The packet is not marked, as predicted."]));
});
