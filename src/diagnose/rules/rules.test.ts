import { describe, expect, it } from "vitest";
import type { Session } from "../../analysis/session.ts";
import { ask, askNode } from "../testing/ask.ts";
import { dumpsOf, type IpvsNode, node } from "../testing/ipvs-node.ts";

const pods = "10.244.0.0/16";
const minors = [8, 9, 10, 11, 12, 13, 15, 16, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 30, 33, 36];

/** A node and what has to be found on it; `[]` is a node on which nothing may be found. */
const cases: readonly (readonly [string, IpvsNode, readonly string[]])[] = [
  ...minors.map((minor) => [`1.${minor} with the pod range`, { ...node, minor, detector: pods }, []] as const),
  ...minors.map(
    (minor) =>
      [
        `1.${minor} with masquerade-all`,
        { ...node, minor, detector: "all" },
        ["masquerade-all-hides-clients"],
      ] as const,
  ),
  ...minors.map(
    (minor) =>
      [
        `1.${minor} without cluster CIDR`,
        { ...node, minor, detector: "none", ...(minor === 11 ? { patch: 1 } : {}) },
        minor <= 10 ? ["cluster-cidr-missing"] : [],
      ] as const,
  ),
  ["1.11.0 without cluster CIDR", { ...node, minor: 11, detector: "none" }, ["cluster-cidr-missing"]],
  ...minors.map(
    (minor) =>
      [
        `1.${minor} with the Service range as cluster CIDR`,
        { ...node, minor, detector: "10.96.0.0/12" },
        ["cluster-cidr-covers-services"],
      ] as const,
  ),
  ...minors
    .filter((minor) => minor >= 24)
    .map((minor) => [`1.${minor} with a bridge as detector`, { ...node, minor, detector: "-i cni0" }, []] as const),
  ...minors.map(
    (minor) =>
      [
        `1.${minor}, KUBE-MARK-MASQ emptied`,
        { ...node, minor, detector: pods, without: [/^-A KUBE-MARK-MASQ/] },
        ["mark-rule-missing"],
      ] as const,
  ),
  ...minors.map(
    (minor) =>
      [
        `1.${minor}, the MASQUERADE rule taken out`,
        { ...node, minor, detector: pods, without: [/^-A KUBE-POSTROUTING.*requiring SNAT/] },
        ["masquerade-rule-missing"],
      ] as const,
  ),
  ...minors.map(
    (minor) =>
      [
        `1.${minor}, another bit set than tested`,
        { ...node, minor, detector: pods, replacing: [[/^(-A KUBE-MARK-MASQ .*)0x4000\/0x4000/, "$10x8000/0x8000"]] },
        ["mark-mismatch"],
      ] as const,
  ),
  ...minors.map(
    (minor) =>
      [
        `1.${minor}, another bit tested than set`,
        {
          ...node,
          minor,
          detector: pods,
          replacing: [[/^(-A KUBE-POSTROUTING .*)0x4000\/0x4000/, "$10x10000/0x10000"]],
        },
        ["mark-mismatch"],
      ] as const,
  ),
  ...minors
    .filter((minor) => minor >= 12)
    .map(
      (minor) =>
        [
          `1.${minor}, its marking rule deleted`,
          { ...node, minor, detector: "none", without: [/^-A KUBE-SERVICES.*KUBE-MARK-MASQ/] },
          ["mark-rule-missing"],
        ] as const,
    ),
  // Differently broken: causes that look much alike.
  [
    "the jump of POSTROUTING is gone",
    { ...node, minor: 20, detector: pods, without: [/^-A POSTROUTING/] },
    ["service-hook-missing"],
  ],
  [
    "the jump of OUTPUT is gone",
    { ...node, minor: 20, detector: pods, without: [/^-A OUTPUT.*KUBE-SERVICES/] },
    ["service-hook-missing"],
  ],
  [
    "KUBE-CLUSTER-IP lacks its entries",
    { ...node, minor: 20, detector: pods, without: [/^add KUBE-CLUSTER-IP/] },
    ["ipset-entry-missing"],
  ],
];

/** What is more than possible: 1.8 never masquerades node ports, which is no more unless somebody complains. */
const named = (session: Session): string[] =>
  session.view.diagnosis.findings.filter((f) => f.certainty !== "possible").map((f) => f.id);

describe("rules over nodes of every version", () => {
  it.each(cases)("%s", (_, dump, ids) => {
    expect(named(askNode(dump))).toEqual(ids);
  });

  it.each(cases.filter(([, , ids]) => ids.length > 0))("%s, beside a healthy node", (_, dump, ids) => {
    const healthy = dumpsOf({
      ...dump,
      detector: dump.minor <= 11 || dump.detector !== "none" ? pods : "none",
      without: [],
      replacing: [],
    });
    const session = ask({ healthy, broken: dumpsOf(dump) });
    expect(named(session)).toEqual(ids);
    const [first] = session.view.diagnosis.findings;
    expect(first?.proven).toBe(true);
    expect(first?.side).toBe("broken");
  });

  // 1.8 does not masquerade node ports, so it does differ from any later one.
  it.each(minors.filter((m) => m > 8).flatMap((a) => [12, 20, 30].map((b) => [a, b] as const)))(
    "1.%i beside 1.%i, both healthy",
    (a, b) => {
      const session = ask({
        healthy: dumpsOf({ ...node, minor: a, detector: pods }),
        broken: dumpsOf({ ...node, minor: b, detector: b >= 12 ? "none" : pods }),
      });
      const { diagnosis } = session.view;
      expect(diagnosis.findings.map((f) => f.id)).toEqual([]);
      expect(diagnosis.undecidable).toEqual([]);
      expect(session.examination.changes.filter((c) => c.class === "fate")).toEqual([]);
    },
  );

  it.each(minors)("1.%i from its nat table and ipvsadm alone", (minor) => {
    const prints = ["nat", "ipvs"] as const;
    expect(named(askNode({ ...node, minor, detector: pods, prints }))).toEqual([]);
    expect(named(askNode({ ...node, minor, detector: "10.96.0.0/12", prints }))).toEqual([
      "cluster-cidr-covers-services",
    ]);
  });
});
