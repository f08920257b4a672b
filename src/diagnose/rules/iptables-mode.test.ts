import { describe, expect, it } from "vitest";
import { ask, idsOf } from "../testing/ask.ts";
import { dumpsOfIptables, type IptablesNode } from "../testing/iptables-node.ts";
import { node } from "../testing/ipvs-node.ts";

const pods = "10.244.0.0/16";
const minors = [9, 10, 12, 14, 16, 18, 19, 21, 22, 23, 24, 25, 28, 32, 36];
const of = (minor: number, detector: string, more: Partial<IptablesNode> = {}) =>
  dumpsOfIptables({ ...node, minor, detector, ...more });

describe("iptables mode", () => {
  it.each(
    minors.flatMap((minor) =>
      (
        [
          [pods],
          ["none"],
          ["0.0.0.0/0"],
          ["all", "masquerade-all-hides-clients"],
          ["10.96.0.0/12", "cluster-cidr-covers-services"],
        ] as const
      ).map(([detector, ...risks]) => [minor, detector, risks] as const),
    ),
  )("1.%i with cluster CIDR %s: the source is the node's own, so nothing fails", (minor, detector, risks) => {
    const { diagnosis } = ask({ broken: of(minor, detector) }).view;
    expect(diagnosis.findings.map((f) => `${f.kind} ${f.id}`)).toEqual(risks.map((id) => `risk ${id}`));
    expect(diagnosis.undecidable).toEqual([]);
    const beside = ask({ healthy: of(minor, pods), broken: of(minor, detector) });
    expect(idsOf(beside)).toEqual(risks);
    expect(beside.view.diagnosis.undecidable).toEqual([]);
  });

  it.each(minors.flatMap((a) => [16, 21, 30].map((b) => [a, b] as const)))("1.%i beside 1.%i, both healthy", (a, b) => {
    const session = ask({ healthy: of(a, pods), broken: of(b, pods) });
    expect(idsOf(session)).toEqual([]);
    expect(session.view.diagnosis.undecidable).toEqual([]);
    expect(session.examination.changes.filter((c) => c.class === "fate")).toEqual([]);
  });

  it.each(minors)("1.%i: what is marked for outside clients and hairpins must be masqueraded", (minor) => {
    const broken = (more: Partial<IptablesNode>): string[] =>
      idsOf(ask({ healthy: of(minor, pods), broken: of(minor, pods, more) }));
    expect(broken({ without: [/^-A KUBE-MARK-MASQ/] })).toEqual(["mark-rule-missing"]);
    expect(broken({ without: [/^-A KUBE-POSTROUTING.*requiring SNAT/] })).toEqual(["masquerade-rule-missing"]);
    expect(broken({ replacing: [[/^(-A KUBE-MARK-MASQ .*)0x4000\/0x4000/, "$10x8000/0x8000"]] })).toEqual([
      "mark-mismatch",
    ]);
    expect(broken({ replacing: [[/^(-A KUBE-POSTROUTING .*mark )0x4000\/0x4000/, "$10x10000/0x10000"]] })).toEqual([
      "mark-mismatch",
    ]);
  });

  it.each(minors)("1.%i from its rules alone, without addresses and routes", (minor) => {
    const { diagnosis } = ask({ broken: of(minor, pods, { prints: ["rules"] }) }).view;
    expect(diagnosis.findings).toEqual([]);
    expect(diagnosis.undecidable).toEqual([]);
  });

  it("stays silent beside rules of flannel, Docker and Calico's host side", () => {
    const nat = [
      "-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE",
      '-A POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG',
      '-A FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 -m comment --comment "flanneld masq" -j RETURN',
      '-A FLANNEL-POSTRTG -s 10.244.1.0/24 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j RETURN',
      '-A FLANNEL-POSTRTG -s 10.244.0.0/16 ! -d 224.0.0.0/4 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully',
    ];
    const filter = [
      '-A FORWARD -s 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT',
      '-A FORWARD -d 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT',
    ];
    for (const minor of [16, 24, 30]) {
      const healthy = of(minor, pods, { nat, filter, natChains: ["FLANNEL-POSTRTG"] });
      for (const broken of [healthy, of(minor, pods)]) {
        const session = ask({ healthy, broken });
        expect(idsOf(session)).toEqual([]);
        expect(session.view.diagnosis.undecidable).toEqual([]);
      }
    }
  });
});
