import { describe, expect, it } from "vitest";
import type { Flow } from "../../simulate/flow.ts";
import type { Finding } from "../finding.ts";
import { ask } from "../testing/ask.ts";
import {
  type Damage,
  dumps,
  rules as inRules,
  type Mode,
  none,
  services,
  services6,
  usualNode,
  versions,
} from "../testing/damage.ts";
import { damages } from "../testing/damages/index.ts";
import { rules } from "./index.ts";

/**
 * Nodes as kube-proxy of a version leaves them, damaged as people and programs damage them. Each damage must be named; the node
 * as it was must be found healthy; and what looks like the damage and is none must not be named.
 */
type Dumps = Parameters<typeof ask>[0]["broken"] & {};

const findings = (broken: Dumps, healthy?: Dumps, wanted?: Flow): readonly Finding[] =>
  ask({ broken, ...(healthy ? { healthy } : {}) }, wanted).view.diagnosis.findings;
const named = (list: readonly Finding[]): string[] => list.map((f) => `${f.side} ${f.id}`);

const sound = (d: Damage, mode: Mode, version: string) => dumps(usualNode(mode, version, d.node), none);
const damaged = (d: Damage, mode: Mode, version: string) =>
  dumps(usualNode(mode, version, { ...d.node, ...d.written, ...(d.kernel ? { kernel: d.kernel } : {}) }), d.edit);

const oldNew = (list: readonly string[]): readonly string[] => list.filter((_, i) => i === 0 || i === list.length - 1);

/** Causes whose damaged nodes are made elsewhere, and where. */
const elsewhere: Readonly<Record<string, string>> = {
  "cluster-cidr-missing": "rules.test.ts",
  "cluster-cidr-covers-services": "rules.test.ts",
  "mark-rule-missing": "rules.test.ts",
  "mark-mismatch": "rules.test.ts",
  "masquerade-rule-missing": "rules.test.ts",
};

/** Nothing fails by it, and pods are hidden behind the node. */
const risks = (detector: string): readonly string[] =>
  detector === "all" ? ["broken masquerade-all-hides-clients"] : [];

describe("a node as kube-proxy leaves it", () => {
  const detectors = ["10.244.0.0/16", "all", "none"];
  it.each(
    (["iptables", "ipvs"] as const).flatMap((mode) =>
      versions[mode].flatMap((version) => detectors.map((detector) => [mode, version, detector] as const)),
    ),
  )("%s %s, told apart by %s, is healthy", (mode, version, detector) => {
    const missing = mode === "ipvs" && detector === "none" && version === "1.9.7";
    const list = findings(dumps(usualNode(mode, version, { detector }), none));
    expect(named(list.filter((f) => f.kind === "fault"))).toEqual(missing ? ["broken cluster-cidr-missing"] : []);
    expect(named(list.filter((f) => f.kind === "risk"))).toEqual(risks(detector));
  });
});

/** IPVS mode serves both families since 1.16, iptables mode since 1.18. */
const inIpv6 = (["iptables", "ipvs"] as const).flatMap((mode) =>
  versions[mode].filter((v) => Number(v.split(".")[1]) >= 18).map((version) => [mode, version] as const),
);
describe.each(["fd00:10:244::/56", "all", "none"])("an IPv6 node, told apart by %s,", (detector) => {
  it.each(inIpv6)("%s %s is healthy", (mode, version) => {
    const six = usualNode(mode, version, { family: 6, detector, services: services6 });
    expect(named(findings(dumps(six, none)))).toEqual(risks(detector));
  });
  it.each(inIpv6)("%s %s, with IPv4 beside it, is healthy", (mode, version) => {
    const both = { family: "dual", services: [...services, ...services6] } as const;
    const cidrs = detector.includes(":") ? `10.244.0.0/16,${detector}` : detector;
    const list = findings(dumps(usualNode(mode, version, { ...both, detector: cidrs }), none));
    expect(named(list)).toEqual([...risks(detector), ...risks(detector)]);
  });
});

it("every cause has damaged nodes", () => {
  const without = rules.map((r) => r.id).filter((id) => !(damages[id]?.length || elsewhere[id]));
  expect(without).toEqual([]);
});

const all = Object.entries(damages).flatMap(([id, list]) => list.map((d) => ({ id, ...d })));

describe.each(all)("$id: $what", ({ id, ...d }) => {
  const nodes = d.modes.flatMap((mode) =>
    (d.versions ?? versions[mode]).filter((v) => !d.fine?.(mode, v)).map((v) => [mode, v] as const),
  );

  /** How sure one node alone makes it; the other node can make a possible cause surer. */
  const sure = d.certainty ? [d.certainty] : ["certain", "likely"];
  const isNamed = (list: readonly Finding[], certainties: readonly string[] = sure): void => {
    const [first] = list;
    expect(named(list)).toEqual([`broken ${id}`]);
    expect(first?.kind).toBe(d.kind ?? "fault");
    expect(first?.proven).toBe(!d.unproven);
    expect(certainties).toContain(first?.certainty);
    expect(first?.evidence.length).toBeGreaterThan(0);
    expect(first?.fix.length).toBeGreaterThan(0);
  };

  if (d.needsPair)
    it.each(nodes)("%s %s alone does not show it", (mode, version) => {
      const sure = findings(damaged(d, mode, version)).filter((f) => f.certainty !== "possible");
      expect(sure.map((f) => f.id)).not.toContain(id);
    });
  else
    it.each(nodes)("%s %s", (mode, version) => {
      isNamed(findings(damaged(d, mode, version), undefined, d.wanted));
    });
  if (d.wanted)
    it.each(nodes)("%s %s is not named unless somebody says that it hurts", (mode, version) => {
      const list = findings(damaged(d, mode, version));
      expect(named(list.filter((f) => f.certainty !== "possible"))).toEqual([]);
    });

  const isChanged = ([mode, version]: readonly [Mode, string]): boolean =>
    d.beside !== undefined || JSON.stringify(damaged(d, mode, version)) !== JSON.stringify(sound(d, mode, version));
  const paired = (d.needsPair || d.beside ? nodes : nodes.slice(-1)).filter(isChanged);
  it.each(paired)("%s %s beside the node as it was", (mode, version) => {
    const healthy = d.beside ? dumps(usualNode(mode, version, d.beside), none) : sound(d, mode, version);
    const list = findings(damaged(d, mode, version), healthy, d.wanted);
    isNamed(list, d.certainty === "possible" ? ["certain", "likely", "possible"] : sure);
  });

  if (d.node)
    it.each(nodes)("%s %s before the damage", (mode, version) => {
      expect(named(findings(sound(d, mode, version)))).toEqual([]);
    });

  const misses = (d.nearMisses ?? []).flatMap((miss) =>
    (miss.modes ?? d.modes).flatMap((mode) =>
      (miss.versions ?? oldNew(versions[mode])).map((version) => ({ miss, mode, version })),
    ),
  );
  it.each(misses)("not where $miss.what: $mode $version", ({ miss, mode, version }) => {
    const node = usualNode(mode, version, { ...miss.node, ...(miss.kernel ? { kernel: miss.kernel } : {}) });
    const healthy = miss.beside ? dumps(usualNode(mode, version, miss.beside), none) : undefined;
    const found = findings(dumps(node, miss.edit), healthy, miss.wanted);
    expect(named(found.filter((f) => f.id === id || f.certainty !== "possible"))).toEqual([]);
  });
});

describe("two defects on one way", () => {
  it.each(versions.ipvs)("vs.conntrack 0 and no jump to KUBE-POSTROUTING, ipvs %s: both are named", (version) => {
    const node = usualNode("ipvs", version, { kernel: { "net.ipv4.vs.conntrack": "0" } });
    const list = findings(dumps(node, inRules(/^-A POSTROUTING .*KUBE-POSTROUTING\n/m, "")));
    expect(named(list).sort()).toEqual(["broken ipvs-conntrack-off", "broken service-hook-missing"]);
    expect(list.every((f) => f.proven)).toBe(true);
  });
  it.each(versions.iptables)("ip_forward 0 and a REJECT on top of FORWARD, iptables %s: both are named", (version) => {
    const node = usualNode("iptables", version, {
      kernel: { "net.ipv4.ip_forward": "0", "net.ipv4.conf.all.forwarding": "0" },
    });
    const edit = inRules(/^-A FORWARD /m, "-A FORWARD -j REJECT --reject-with icmp-host-prohibited\n-A FORWARD ");
    expect(named(findings(dumps(node, edit))).sort()).toEqual([
      "broken host-firewall-rejects",
      "broken ip-forward-off",
    ]);
  });
});
