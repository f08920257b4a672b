import { describe, expect, it } from "vitest";
import { parseIp } from "../model/net/ip.ts";
import { isSymbolic } from "../model/net/symbolic.ts";
import { scenarios, scenarioTexts } from "../scenarios/bundle.ts";
import type { Flow } from "../simulate/flow.ts";
import { analyse } from "./analyse.ts";
import type { WhatIf } from "./request.ts";
import type { ReadText, Session } from "./session.ts";

const ip = (text: string) => {
  const address = parseIp(text);
  if (address === undefined) throw new Error(text);
  return address;
};
const texts = (slug: string): ReadText[] =>
  scenarioTexts(slug).map((t) => ({ side: t.side, name: t.name, content: t.content as string }));
const host: Flow = { from: "host", to: ip("10.20.0.1"), port: 443, proto: "tcp" };
const outcomes = (session: Session, flow: Flow, whatIf: readonly WhatIf[] = []): unknown => {
  const { view } = session.ask(flow, whatIf);
  return { healthy: view.healthy?.outcome, broken: view.broken?.outcome };
};

describe.each(["incident-as-reported", "incident"])("the incident, %s", (slug) => {
  const session = analyse(texts(slug));
  const { diagnosis } = session.view;

  it("finds that the cluster CIDR is missing, and nothing else", () => {
    expect(diagnosis.findings.map((f) => [f.id, f.side, f.kind, f.proven])).toEqual([
      ["cluster-cidr-missing", "broken", "fault", true],
    ]);
  });

  it("shows the flow of the report: delivered on the one side, its reply lost on the other", () => {
    expect(diagnosis.shown).toEqual(host);
    expect(outcomes(session, host)).toEqual({ healthy: "delivered", broken: "reply-lost" });
    const { healthy, broken } = session.ask(host, []).view;
    expect(healthy?.traces[0]?.summary).toMatchObject({
      sourceChosen: "10.20.0.1",
      marked: true,
      markedAtPostrouting: true,
      masqueraded: true,
    });
    expect(broken?.traces[0]?.summary).toMatchObject({
      sourceChosen: "10.20.0.1",
      sourceSent: "10.20.0.1",
      marked: false,
      masqueraded: false,
    });
  });

  it("names the address of the out interface where no dump gives it", () => {
    const sent = session.ask(host, []).view.healthy?.traces[0]?.summary.sourceSent;
    if (slug === "incident") expect(sent).toBe("10.19.136.10");
    else expect(isSymbolic(sent) && sent.says.en).toBe("the out interface's address");
  });

  it("delivers from the node's address, with the hand-made SNAT rule, and from pods", () => {
    expect(outcomes(session, { ...host, source: ip("10.19.136.10") })).toEqual({
      healthy: "delivered",
      broken: "delivered",
    });
    const rule = "iptables -t nat -A POSTROUTING -s 10.20.0.1/32 -j SNAT --to-source 10.19.136.10";
    expect(outcomes(session, host, [{ kind: "add-rule", side: "broken", rule }])).toEqual({
      healthy: "delivered",
      broken: "delivered",
    });
    expect(outcomes(session, { ...host, from: "pod" })).toEqual({ healthy: "delivered", broken: "delivered" });
  });

  it("heals by a pod range as cluster CIDR or by masquerade-all, and not by the Service range", () => {
    const set = (cidr: string): WhatIf[] => [{ kind: "cluster-cidr", side: "broken", cidr }];
    expect(outcomes(session, host, set("172.16.128.0/17"))).toMatchObject({ broken: "delivered" });
    expect(outcomes(session, host, [{ kind: "masquerade-all", side: "broken" }])).toMatchObject({
      broken: "delivered",
    });
    expect(outcomes(session, host, set("10.20.0.0/16"))).toMatchObject({ broken: "reply-lost" });
    const [finding] = diagnosis.findings;
    expect(finding?.refuted.map((r) => [r.text, r.outcome])).toEqual([["--cluster-cidr=10.20.0.0/16", "reply-lost"]]);
  });

  it("takes the fix's value from a node of the same cluster only", () => {
    const fixes = diagnosis.findings.flatMap((f) => f.fix.map((x) => x.text)).join("\n");
    if (slug === "incident") expect(fixes).toContain("--cluster-cidr=172.16.128.0/17");
    else {
      expect(fixes).toContain("--cluster-cidr=POD_CIDR");
      expect(fixes).not.toContain("172.16.");
    }
  });

  it("says that two clusters and two versions of kube-proxy are before it, and why", () => {
    const notes = new Map(diagnosis.notes.map((n) => [n.id, n.says.en]));
    if (slug === "incident") expect(notes.has("different-clusters")).toBe(false);
    else expect(notes.get("different-clusters")).toContain("11.0.113.0/24");
    expect(notes.get("different-kube-proxy")).toContain("1.9 to 1.10");
    expect(notes.get("different-kube-proxy")).toContain("1.12 to");
  });

  it("lays the captures over the broken side", () => {
    const seen = diagnosis.observations.filter((o) =>
      session.view.lines[`${o.at.source}:${o.at.from}`]?.text.includes("Flags [S]"),
    );
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.every((o) => o.verdict === "agrees" && o.side === "broken")).toBe(true);
  });

  it("parts the traces where the mark is set, and draws the missing SNAT with its reason", () => {
    const { view } = session.ask(host, []);
    const step = view.healthy?.traces[0]?.steps[view.divergence?.healthy ?? -1];
    expect(step?.kind === "rule" && step.place.chain).toBe("KUBE-MARK-MASQ");
    const there = view.broken?.traces[0]?.steps[view.divergence?.broken ?? -1];
    expect(there && "place" in there && [there.place.hook, there.place.table]).toEqual(["OUTPUT", "nat"]);
    const ghost = view.broken?.traces[0]?.steps[view.ghost?.step ?? -1];
    expect([view.ghost?.side, ghost?.kind]).toEqual(["broken", "nat-considered"]);
    expect(view.ghost?.why.en).toContain("the mark is 0x0");
  });
});

describe("log lines of another cluster", () => {
  const session = analyse(texts("incident-as-reported"));
  it("are read as a flow of their own, marked, and said not to belong to the flow shown", () => {
    const logs = session.view.diagnosis.observations.filter((o) =>
      session.view.lines[`${o.at.source}:${o.at.from}`]?.text.includes("kernel:"),
    );
    expect(logs.length).toBe(7);
    for (const o of logs) {
      expect(o.verdict).toBe("other-flow");
      expect(o.says.en).toMatch(/172\.16\.0\.1:443 \(→ 10\.10\.173\.203:443\), marked 0x4000/);
      expect(o.says.en).toContain("does not belong to the flow shown");
    }
  });
});

describe("every scenario", () => {
  it.each(scenarios.map((s) => [s.slug, s.finds] as const))("%s finds %s", (slug, finds) => {
    expect(analyse(texts(slug)).view.diagnosis.findings[0]?.id).toBe(finds);
  });
  it("lets every piece of evidence point to a line", () => {
    for (const { slug } of scenarios) {
      const { view } = analyse(texts(slug));
      for (const f of view.diagnosis.findings)
        for (const e of f.evidence)
          expect(view.lines[`${e.at.source}:${e.at.from}`], `${slug} ${e.says.en}`).toBeDefined();
    }
  });
});
