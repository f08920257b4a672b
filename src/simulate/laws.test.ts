import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divergenceOf } from "../analysis/divergence.ts";
import type { FieldChange, Packet } from "../model/net/packet.ts";
import { fieldKey } from "../model/net/symbolic.ts";
import { changesBetween } from "./packet.ts";
import { simulate } from "./simulate.ts";
import { type Edit, flowIn, recorded, routerOf, worldOf } from "./testing/node.ts";
import { lineOf, nodes, ownChains, type RandomRule, randomRules, savedWith, services } from "./testing/random-rules.ts";
import { aloneWith, flowsTo } from "./testing/service-flows.ts";
import { snapshotOf, type WrittenNode } from "./testing/written-node.ts";
import type { Simulation, Trace } from "./trace.ts";
import type { World } from "./world.ts";

/** What must hold whatever a node's rules are: kube-proxy's with random ones before them, and recorded nodes. */
const flows = services.flatMap(flowsTo);
const worldWith = (node: WrittenNode, saved: string, rename: (text: string) => string = (text) => text): World =>
  aloneWith(snapshotOf(node, (file, text) => rename(file === "iptables-save" ? saved : text)));
const saved = (node: WrittenNode, rules: readonly RandomRule[]): string =>
  savedWith(
    node,
    rules.map((rule) => ({ table: rule.table, line: lineOf(rule) })),
  );

const asked = fc.record({
  node: fc.constantFrom(...nodes),
  rules: randomRules,
  flow: fc.constantFrom(...flows),
});
const seeded = (numRuns: number) => ({ numRuns, seed: 20 });

const isDecided = ({ outcome, truncated }: Simulation): boolean => outcome !== "undecidable" && !truncated;

describe("an unknown match turns no decided outcome into another decided one", () => {
  const unknown = " -m string --string x --algo bm --to 65535";
  /** Puts the match into one rule of a dump. */
  const doubted = (text: string, which: number): { readonly text: string; readonly line: string } => {
    const lines = text.split("\n");
    const rules = lines.flatMap((line, i) => (/^-A .* -j /.test(line) ? [i] : []));
    const at = rules[which % rules.length] ?? 0;
    const line = lines[at] ?? "";
    return { line, text: lines.with(at, line.replace(/ -j /, `${unknown} -j `)).join("\n") };
  };

  it("among random rules", { timeout: 60_000 }, () => {
    let undecided = 0;
    fc.assert(
      fc.property(asked, fc.noBias(fc.nat()), ({ node, rules, flow }, which) => {
        const certain = saved(node, rules);
        const before = simulate(worldWith(node, certain), flow);
        const { text, line } = doubted(certain, which);
        const after = simulate(worldWith(node, text), flow);
        if (!isDecided(after)) undecided++;
        else if (isDecided(before)) expect(after.outcome, line).toBe(before.outcome);
      }),
      seeded(100),
    );
    expect(undecided).toBeGreaterThan(2);
  });

  it.each(["01-healthy", "02-broken", "14a-forward-drop-pod", "24-reject"])("on the recorded node %s", (scenario) => {
    const world = (edit?: Edit): World => worldOf(recorded(scenario, edit), routerOf(scenario));
    const flow = flowIn(scenario);
    const before = simulate(world(), flow);
    fc.assert(
      fc.property(fc.noBias(fc.nat()), (which) => {
        let doubtful = "";
        const after = simulate(
          world((file, text) => {
            if (file !== "iptables-save") return text;
            const put = doubted(text, which);
            doubtful = put.line;
            return put.text;
          }),
          flow,
        );
        if (isDecided(after)) expect(after.outcome, doubtful).toBe(before.outcome);
      }),
      seeded(10),
    );
  });
});

describe("a rule that no packet reaches changes nothing", () => {
  /** Of each trace what does not count rules. */
  const ways = ({ traces, outcome }: Simulation): unknown => [
    outcome,
    traces.map((t) => [
      t.ending.reason,
      t.steps.map((s) => [s.kind, s.says.en, changesText(s.changes), s.kind === "rule" ? s.text : ""]),
    ]),
  ];
  it.each([
    ["behind a verdict that every packet gets", ["-A RND-C -j RETURN"], "RND-C"],
    ["in a chain that nobody jumps to", [":RND-D - [0:0]"], "RND-D"],
  ])("%s", { timeout: 60_000 }, (_, first, chain) => {
    fc.assert(
      fc.property(asked, randomRules, ({ node, rules, flow }, more) => {
        const base = rules.map((rule) => ({ table: rule.table, line: lineOf(rule) }));
        const closed = (["filter", "mangle", "nat"] as const).flatMap((table) =>
          first.map((line) => ({ table, line })),
        );
        const unreached = more
          .filter((rule) => rule.target !== "RND-C")
          .map((rule) => ({ table: rule.table, line: lineOf({ ...rule, chain, matches: withoutDevices(rule) }) }));
        const without = simulate(worldWith(node, savedWith(node, [...closed, ...base])), flow);
        const withThem = simulate(worldWith(node, savedWith(node, [...closed, ...base, ...unreached])), flow);
        expect(ways(withThem)).toEqual(ways(without));
      }),
      seeded(40),
    );
  });
});

const withoutDevices = ({ matches, target }: RandomRule): string[] =>
  /DNAT|SNAT|MASQ/.test(target) ? [] : matches.filter((m) => !/-[io] /.test(m));

it("other names of chains and interfaces change nothing but the names", { timeout: 60_000 }, () => {
  const names: Readonly<Record<string, string>> = {
    eth0: "wan7",
    cni0: "lan7",
    veth1: "port1",
    ...Object.fromEntries(ownChains.map((chain, i) => [chain, `OTH-${i}`])),
  };
  const renamed = (text: string): string =>
    Object.entries(names).reduce((all, [from, to]) => all.replaceAll(new RegExp(`\\b${from}\\b`, "g"), to), text);
  const allOf = (simulation: Simulation): string =>
    JSON.stringify(simulation, (_key, value) => (value instanceof Map ? [...value] : value));
  fc.assert(
    fc.property(asked, ({ node, rules, flow }) => {
      const text = saved(node, rules);
      const plain = simulate(worldWith(node, text), flow);
      const other = simulate(worldWith(node, text, renamed), flow);
      expect(allOf(other)).toBe(renamed(allOf(plain)));
    }),
    seeded(60),
  );
});

const changesText = (changes: readonly FieldChange[]): string =>
  changes.map((c) => `${c.field} ${fieldKey(c.before)} ${fieldKey(c.after)}`).join(", ");

const folded = ["proto", "src", "sport", "dst", "dport", "mark", "ttl", "tos"] as const;

/** The first packet of each direction, with what each step records applied: it must be the packet of every later step. */
function foldOf({ steps }: Trace): void {
  let packet: Packet | undefined;
  for (const [i, step] of steps.entries()) {
    if (!packet || step.direction !== steps[i - 1]?.direction) packet = step.packet;
    const { in: _in, out: _out, ...was } = packet;
    const now = { ...was, in: step.packet.in, out: step.packet.out };
    const unrecorded = changesBetween(now, step.packet).filter((c) => folded.includes(c.field as never));
    expect(changesText(unrecorded), `before step ${i}: ${step.says.en}`).toBe("");
    for (const change of step.changes) packet = { ...packet, [change.field]: change.after };
  }
}

describe("a trace", () => {
  it("folds to the packet it ends with, and differs in nothing from itself", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(asked, ({ node, rules, flow }) => {
        for (const trace of simulate(worldWith(node, saved(node, rules)), flow).traces) {
          foldOf(trace);
          expect(divergenceOf(trace, trace)).toBeUndefined();
        }
      }),
      seeded(60),
    );
  });

  it("is the same a second time, and differs in nothing from the first", () => {
    fc.assert(
      fc.property(asked, ({ node, rules, flow }) => {
        const text = saved(node, rules);
        const [once, again] = [simulate(worldWith(node, text), flow), simulate(worldWith(node, text), flow)];
        for (const [i, trace] of once.traces.entries())
          expect(divergenceOf(trace, again.traces[i] as Trace)).toBeUndefined();
        expect(again.outcome).toBe(once.outcome);
      }),
      seeded(20),
    );
  });

  it.each([
    "01-healthy",
    "02-broken",
    "06a-pod-healthy",
    "10a-local-endpoint-healthy",
    "11a-nodeport-ext",
    "19a-hairpin",
  ])("of the recorded node %s folds", (scenario) => {
    const { traces } = simulate(worldOf(recorded(scenario), routerOf(scenario)), flowIn(scenario));
    for (const trace of traces) foldOf(trace);
  });
});
