import { describe, expect, it } from "vitest";
import { ask, idsOf } from "./testing/ask.ts";
import { dumps, usualNode } from "./testing/damage.ts";
import { dumpsOf, type IpvsNode, node } from "./testing/ipvs-node.ts";

const pods = "10.244.0.0/16";
const minors = [9, 10, 12, 15, 19, 24, 26, 30, 36];
const of = (minor: number, detector: string, more: Partial<IpvsNode> = {}) =>
  dumpsOf({ ...node, minor, detector, prints: ["nat"], ...more });

describe("a nat table without ipvsadm", () => {
  it.each(minors)("1.%i: a healthy pair stays clear, whatever the cluster CIDR", (minor) => {
    for (const [a, b] of [[pods, pods], ["all", "all"], ...(minor >= 12 ? [[pods, "none"] as const] : [])] as const) {
      const session = ask({ healthy: of(minor, a), broken: of(minor, b) });
      expect(idsOf(session)).toEqual([]);
      expect(session.view.diagnosis.undecidable).toEqual([]);
    }
  });

  it.each([9, 10])(
    "1.%i without cluster CIDR is found, never certain, and the address is said to stand for any",
    (minor) => {
      for (const healthy of [undefined, of(minor, pods)]) {
        const session = ask({ ...(healthy ? { healthy } : {}), broken: of(minor, "none") });
        expect(idsOf(session)).toEqual(["cluster-cidr-missing"]);
        const { findings, assumptions } = session.view.diagnosis;
        expect(findings[0]?.certainty).toBe("likely");
        expect(assumptions.find((a) => a.id === "supposed:broken:service")?.about.en).toContain(
          "stands for any cluster IP",
        );
        expect(findings[0]?.fix.some((f) => f.text === "--cluster-cidr=POD_CIDR")).toBe(true);
      }
    },
  );

  it.each(minors)("1.%i: whether a cluster CIDR holds cluster IPs is asked where nothing names one", (minor) => {
    for (const healthy of [undefined, of(minor, pods)]) {
      const { diagnosis } = ask({ ...(healthy ? { healthy } : {}), broken: of(minor, "10.96.0.0/12") }).view;
      expect(diagnosis.findings).toEqual([]);
      expect(diagnosis.undecidable.map((u) => u.question.en).join()).toContain("Does 10.96.0.0/12");
    }
  });

  it.each(minors)("1.%i: what sets, kubectl or kube-ipvs0 name is asked instead", (minor) => {
    const kubectl = {
      name: "svc",
      content:
        "NAME         TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\nkubernetes   ClusterIP   10.96.0.1    <none>        443/TCP   1y\n",
    };
    for (const broken of [
      of(minor, "10.96.0.0/12", { prints: ["nat", "sets"] }),
      of(minor, "10.96.0.0/12", { prints: ["nat", "addresses"] }),
      [...of(minor, "10.96.0.0/12"), kubectl],
    ]) {
      const session = ask({ broken });
      expect(idsOf(session)).toEqual(["cluster-cidr-covers-services"]);
      expect(session.view.diagnosis.findings[0]?.flows[0]?.flow.to).toBe("10.96.0.1");
    }
    for (const broken of [
      of(minor, pods, { prints: ["nat", "sets"] }),
      of(minor, pods, { prints: ["nat", "addresses"] }),
      [...of(minor, pods), kubectl],
    ])
      expect(idsOf(ask({ broken }))).toEqual([]);
  });

  it.each(minors)("1.%i: the other defects show as well", (minor) => {
    const found = (more: Partial<IpvsNode>): string[] => idsOf(ask({ broken: of(minor, pods, more) }));
    expect(found({ without: [/^-A KUBE-MARK-MASQ/] })).toEqual(["mark-rule-missing"]);
    expect(found({ without: [/^-A KUBE-POSTROUTING.*requiring SNAT/] })).toEqual(["masquerade-rule-missing"]);
    expect(found({ replacing: [[/^(-A KUBE-MARK-MASQ .*)0x4000\/0x4000/, "$10x8000/0x8000"]] })).toEqual([
      "mark-mismatch",
    ]);
  });

  it.each(["1.19", "1.24", "1.28", "1.34"])("%s: a half without Services stands for none", (version) => {
    const both = dumps(usualNode("ipvs", version, { family: "dual" }), (file, text) =>
      /^ip6?tables-save$/.test(file) ? text : "",
    );
    expect(idsOf(ask({ broken: both }))).toEqual([]);
    expect(idsOf(ask({ broken: both.filter((d) => d.name.startsWith("ip6")) }))).toEqual([]);
  });

  it("accuses nobody from a nat table cut anywhere", () => {
    for (const minor of [9, 20, 30]) {
      const lines = (of(minor, pods)[0]?.content ?? "").split("\n");
      for (let n = 1; n < lines.length; n++)
        expect(idsOf(ask({ broken: [{ name: "cut", content: lines.slice(0, n).join("\n") }] })), `${n}`).toEqual([]);
    }
  });
});
