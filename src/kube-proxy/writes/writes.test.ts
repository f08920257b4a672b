import { describe, expect, it } from "vitest";
import { ip } from "../../simulate/testing/node.ts";
import { dumpsOf, endpoint, snapshotOf } from "../../simulate/testing/written-node.ts";
import { fingerprint } from "../fingerprint.ts";
import { isBefore, parseVersion } from "../version.ts";
import type { ServedPort } from "./cluster.ts";

const web: ServedPort = {
  namespace: "default",
  name: "web",
  portName: "http",
  proto: "tcp",
  clusterIp: ip("10.96.10.1"),
  port: 80,
  nodePort: 30080,
  externalIps: [ip("192.0.2.1")],
  loadBalancerIps: [ip("203.0.113.1")],
  sourceRanges: ["198.51.100.0/24", "192.168.10.0/24"],
  endpoints: ["10.244.1.20:8080", "10.244.2.20:8080", "10.244.2.21:8080"].map(endpoint),
};
const sticky: ServedPort = {
  ...web,
  name: "sticky",
  clusterIp: ip("10.96.10.2"),
  nodePort: 30081,
  affinity: 10800,
  externalLocal: true,
  healthCheckNodePort: 32000,
  externalIps: [],
  loadBalancerIps: [ip("203.0.113.2")],
  sourceRanges: [],
};
const empty: ServedPort = {
  ...web,
  name: "empty",
  clusterIp: ip("10.96.10.3"),
  nodePort: 30082,
  endpoints: [],
  externalIps: [],
  loadBalancerIps: [],
};
const services = [web, sticky, empty];

/** The same in IPv6. */
const services6 = services.map(
  (s, i): ServedPort => ({
    ...s,
    clusterIp: ip(`fd00:10:96:10::${i + 1}`),
    externalIps: s.externalIps?.map(() => ip("2001:db8::1")) ?? [],
    loadBalancerIps: s.loadBalancerIps?.map(() => ip(`2001:db8:1::${i + 1}`)) ?? [],
    sourceRanges: s.sourceRanges?.map(() => "2001:db8:2::/64") ?? [],
    endpoints: s.endpoints.map((_, k) => endpoint(`[fd00:10:244:${k + 1}::20]:8080`)),
  }),
);

const minors = Array.from({ length: 28 }, (_, i) => i + 9);

describe.each(["iptables", "ipvs"] as const)("what kube-proxy writes in %s mode", (mode) => {
  it.each(minors)("1.%i is dated right, and read without a complaint", (minor) => {
    const snapshot = snapshotOf({ mode, version: `1.${minor}`, detector: "10.244.0.0/16", services });
    const print = fingerprint(snapshot);
    expect(print.mode).toBe(mode);
    expect(print.contradictions).toEqual([]);
    const version = parseVersion(`1.${minor}`);
    const { atLeast, below } = print.range;
    if (!version) throw new Error("no version");
    expect(atLeast === undefined || !isBefore(version, atLeast), `at least ${atLeast?.minor}`).toBe(true);
    expect(below === undefined || isBefore(version, below), `below ${below?.minor}`).toBe(true);
    for (const ruleset of snapshot.iptables.values())
      for (const table of ruleset.tables.values())
        for (const chain of table.chains.values())
          for (let i = 0; i < chain.rules.length; i++) expect(chain.rules.at(i)?.understood).toBe(true);
  });
  it.each(minors.filter((m) => m >= 18))(
    "1.%i serves IPv6 beside IPv4, dated alike and read without a complaint",
    (minor) => {
      const detector = "10.244.0.0/16,fd00:10:244::/56";
      const version = `1.${minor}`;
      const snapshot = snapshotOf({ mode, version, family: "dual", detector, services: [...services, ...services6] });
      expect([...snapshot.iptables.keys()].sort()).toEqual([4, 6]);
      expect(snapshot.iptables.get(6)?.tables.get("nat")?.chains.get("KUBE-SERVICES")?.rules.length).toBe(
        snapshot.iptables.get(4)?.tables.get("nat")?.chains.get("KUBE-SERVICES")?.rules.length,
      );
      expect(fingerprint(snapshot)).toMatchObject({ mode, contradictions: [] });
      expect(fingerprint(snapshot).range).toEqual(fingerprint(snapshotOf({ mode, version, detector, services })).range);
      for (const ruleset of snapshot.iptables.values())
        for (const table of ruleset.tables.values())
          for (const chain of table.chains.values())
            for (let i = 0; i < chain.rules.length; i++) expect(chain.rules.at(i)?.understood).toBe(true);
    },
  );
});

/** The rules of one chain, as they are printed. */
const rulesOf = (text: string, chain: string): string[] =>
  text.split("\n").flatMap((line) => (line.startsWith(`-A ${chain} `) ? [line.slice(chain.length + 4)] : []));

describe("single rules", () => {
  const nat = (mode: "iptables" | "ipvs", version: string, detector = "10.244.0.0/16"): string =>
    dumpsOf({ mode, version, detector, services }).get("iptables-save") ?? "";
  it.each([
    ["1.9.7", "-m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ", "10.244.0.0/16"],
    [
      "1.19",
      '-m comment --comment "Kubernetes service cluster ip + port for masquerade purpose" -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ',
      "10.244.0.0/16",
    ],
  ])("%s marks what does not come from pods", (version, rule, cidr) =>
    expect(rulesOf(nat("ipvs", version), "KUBE-SERVICES")).toContain(`! -s ${cidr} ${rule}`),
  );
  it("of 1.9 without a cluster CIDR: nothing is said of cluster IPs", () =>
    expect(nat("ipvs", "1.9.7", "none")).not.toContain("KUBE-CLUSTER-IP"));
  it("of 1.12 without a cluster CIDR: the fallback", () =>
    expect(nat("ipvs", "1.12", "none")).toContain("--match-set KUBE-CLUSTER-IP src,dst -j KUBE-MARK-MASQ"));
  it("draw endpoints with the odds that iptables-save prints", () => {
    const odds = (version: string): (string | undefined)[] =>
      [...nat("iptables", version).matchAll(/--probability (\S+)/g)].map((m) => m[1]).slice(0, 2);
    expect(odds("1.16")).toEqual(["0.33332999982", "0.50000000000"]);
    expect(odds("1.17")).toEqual(["0.33333333349", "0.50000000000"]);
  });
  it("name every chain that a rule leads to", () => {
    for (const mode of ["iptables", "ipvs"] as const)
      for (const minor of minors) {
        const text = nat(mode, `1.${minor}`);
        for (const table of text.split("\n*")) {
          const chains = new Set([...table.matchAll(/^:(\S+) /gm)].map((m) => m[1]));
          for (const [, to] of table.matchAll(/ -j (KUBE-\S+)$/gm)) expect(chains, `1.${minor} ${to}`).toContain(to);
        }
      }
  });
});
