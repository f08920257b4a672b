import { describe, expect, it } from "vitest";
import { words } from "../base/words.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { ip } from "../simulate/testing/node.ts";
import { snapshotOf } from "../simulate/testing/written-node.ts";
import { insertRule } from "./fix/edit.ts";
import { ruleFrom } from "./fix/rule-from.ts";
import { type Probe, probe, works } from "./probe.ts";
import { prove } from "./prove.ts";
import type { Remedy, Sighting } from "./rules/rule.ts";
import { sideOf } from "./side.ts";
import { flowTo, rules, usualNode } from "./testing/damage.ts";

/** OUTPUT has lost its jump, so processes of the node reach no Service; pods do. */
const side = sideOf(
  "broken",
  snapshotOf(
    usualNode("iptables", "1.28"),
    rules(/^-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES\n/m, ""),
  ),
);
const hurt = probe(side, flowTo("host", "10.96.10.2", 80));
const pod = probe(side, flowTo("pod", "10.96.10.2", 80));

const rule = (text: string, chain: string) => (snapshot: NodeSnapshot) =>
  insertRule(snapshot, 4, ruleFrom(`-A ${chain} ${text}`, chain === "FORWARD" ? "filter" : "nat", 4), 0);
const remedy = (name: string, ...changes: readonly ((s: NodeSnapshot) => NodeSnapshot)[]): Remedy => ({
  fixes: [{ kind: "command", text: name, says: words("", "") }],
  holds: words(`shown with ${name}`, ""),
  apply: (snapshot) => changes.reduce((next, change) => change(next), snapshot),
});
const jump = rule("-j KUBE-SERVICES", "OUTPUT");
const right = remedy("the jump", jump);
/** It heals the flow and cuts off pods. */
const costly = remedy("the jump, and no pods", jump, rule("-s 10.244.0.0/16 -j DROP", "FORWARD"));
const useless = remedy("nothing", (s) => s);

const sighting = (remedies: readonly Remedy[], more: Partial<Sighting> = {}): Sighting => ({
  id: "service-hook-missing",
  side,
  family: 4,
  probes: [hurt],
  remedies,
  missteps: [],
  evidence: [],
  byAbsence: false,
  ...more,
});

describe("a remedy", () => {
  const told = (remedies: readonly Remedy[], working: readonly Probe[] = [pod], more: Partial<Sighting> = {}) => {
    const proof = prove(sighting(remedies, more), working);
    return proof && [proof.fixes.map((f) => f.text), proof.refuted.map((r) => [r.text, r.outcome]), proof.holds.en];
  };
  it("is asked of flows that worked", () => {
    expect(works(hurt)).toBe(false);
    expect(works(pod)).toBe(true);
  });
  it("is offered where it heals and takes nothing away", () =>
    expect(told([right])).toEqual([["the jump"], [], "shown with the jump"]));
  it("is refused where a flow that worked is lost, and shown with what becomes of it", () =>
    expect(told([costly])).toEqual([[], [["the jump, and no pods", "dropped"]], ""]));
  it("leaves its place to the next that takes nothing away", () =>
    expect(told([costly, right])).toEqual([
      ["the jump"],
      [["the jump, and no pods", "dropped"]],
      "shown with the jump",
    ]));
  it("is no proof where it heals nothing", () => expect(told([useless, right])).toBeUndefined());
  it("may take away what works by the defect alone", () =>
    expect(told([costly], [pod], { givesUp: (p) => p.flow.to === ip("10.96.10.2") })).toEqual([
      ["the jump, and no pods"],
      [],
      "shown with the jump, and no pods",
    ]));
});
