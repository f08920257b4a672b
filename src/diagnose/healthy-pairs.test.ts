import { describe, expect, it } from "vitest";
import { randomFrom, shuffled, withoutMeaning } from "../analysis/testing/rewrite.ts";
import { statusOf } from "../cli/commands/diagnose.ts";
import type { ServedPort } from "../kube-proxy/writes/cluster.ts";
import { ip } from "../simulate/testing/node.ts";
import type { WrittenNode } from "../simulate/testing/written-node.ts";
import { ask } from "./testing/ask.ts";
import { calico } from "./testing/calico.ts";
import { both, dumps, type Edit, inFile, type Mode, none, service, services, services6 } from "./testing/damage.ts";
import { plugins } from "./testing/dressings.ts";
import { neighbours } from "./testing/neighbours.ts";

/** Healthy nodes that differ in all that is irrelevant: nothing is found, whichever is said to be broken, and each alone. */

/** Besides the usual three: Local policy, UDP, no endpoints at all, affinity, addresses of other kinds. */
const many: readonly ServedPort[] = [
  ...services,
  service(4, ["10.244.1.20:53", "10.244.2.22:53"], {
    proto: "udp",
    port: 53,
    name: "kube-dns",
    namespace: "kube-system",
    portName: "dns",
  }),
  service(5, ["10.244.1.21:9090", "10.244.2.20:9090"], {
    nodePort: 30443,
    externalLocal: true,
    healthCheckNodePort: 32111,
    loadBalancerIps: [ip("203.0.113.10")],
  }),
  service(6, []),
  service(7, ["10.244.2.30:80"], { affinity: 10800, externalIps: [ip("192.0.2.8")] }),
  // its only pod is on the second node
  service(8, ["10.244.2.31:80"], { nodePort: 30444, externalLocal: true, healthCheckNodePort: 32112 }),
];
const otherEndpoints = many.map((s) => ({
  ...s,
  endpoints: s.name === "kubernetes" ? s.endpoints : shuffled(s.endpoints, randomFrom(7)),
}));
const dual = { services: [...many, ...services6], family: "dual", detector: "10.244.0.0/16,fd00:10:244::/56" } as const;
const six = { services: services6, family: 6, detector: "fd00:10:244::/56" } as const;

/** Counters, order of chains, tables, entries, files. */
const otherOrder =
  (seed: number): ((all: Dumps) => Dumps) =>
  (all) =>
    withoutMeaning(all, randomFrom(seed));
type Dumps = ReturnType<typeof dumps>;

interface Healthy {
  readonly mode: Mode;
  readonly version: string;
  readonly node?: Partial<WrittenNode>;
  readonly edit?: Edit;
  readonly after?: (all: Dumps) => Dumps;
  /** What stays open where this node is asked alone. */
  readonly asks?: string;
}
const printed = ({ mode, version, node, edit = none, after = (all) => all }: Healthy): Dumps =>
  after(dumps({ mode, version, detector: "10.244.0.0/16", services: many, ...node }, edit));

const of = (
  mode: Mode,
  version: string,
  edit: Edit = none,
  more: Omit<Healthy, "mode" | "version" | "edit"> = {},
): Healthy => ({
  mode,
  version,
  edit,
  ...more,
});
const header = (text: string): Edit => inFile("iptables-save", /iptables-save v1\.8\.7/, text);
const nft = header("iptables-nft-save v1.8.9 (nf_tables)");
const legacy = header("iptables-legacy-save v1.8.4");
const only =
  (...names: readonly string[]): ((all: Dumps) => Dumps) =>
  (all) =>
    all.filter((d) => names.includes(d.name.replace(".txt", "")));
const natOnly: Edit = inFile("iptables-save", /\*(?:filter|mangle)\n[\s\S]*?COMMIT\n/g, "");
const second = { node: { number: 2 } } as const;
const withoutLocal = { node: { services: many.slice(0, -1) } } as const;
const { flannelOld, flannel, weave, kubeRouter, awsVpc, ciliumLeftover } = plugins;
const { docker, dockerDrops, firewalld, ufw, fail2ban, tailscale, portmap, cniMasquerade, masqueradeAgent } =
  neighbours;
const { istio, libvirt, nodeLocalDns } = neighbours;

const pairs: readonly (readonly [string, Healthy, Healthy])[] = [
  ["the same node twice", of("iptables", "1.28"), of("iptables", "1.28")],
  ["another node of the cluster", of("iptables", "1.28"), of("iptables", "1.28", none, second)],
  ["another node of the cluster, IPVS", of("ipvs", "1.28"), of("ipvs", "1.28", none, second)],
  ["another node, old IPVS", of("ipvs", "1.12"), of("ipvs", "1.12", none, second)],
  ["counters and order", of("iptables", "1.23"), of("iptables", "1.23", none, { after: otherOrder(3) })],
  ["counters and order, IPVS", of("ipvs", "1.19"), of("ipvs", "1.19", none, { after: otherOrder(4) })],
  ["order of endpoints", of("iptables", "1.30"), of("iptables", "1.30", none, { node: { services: otherEndpoints } })],
  ["order of endpoints, IPVS", of("ipvs", "1.30"), of("ipvs", "1.30", none, { node: { services: otherEndpoints } })],
  [
    "order of Services",
    of("iptables", "1.34"),
    of("iptables", "1.34", none, { node: { services: [...many].reverse() } }),
  ],
  ["1.12 and 1.34", of("iptables", "1.12"), of("iptables", "1.34")],
  ["1.19 and 1.28", of("iptables", "1.19"), of("iptables", "1.28")],
  ["1.12 and 1.34, IPVS", of("ipvs", "1.12"), of("ipvs", "1.34")],
  // 1.9 narrows the cluster IP, too, to pods of the node where the policy is Local: that alone looks like a fault
  ["1.9 and 1.24, IPVS", of("ipvs", "1.9.7", none, withoutLocal), of("ipvs", "1.24", none, withoutLocal)],
  ["iptables mode and IPVS mode", of("iptables", "1.28"), of("ipvs", "1.28")],
  ["old iptables mode and new IPVS mode", of("iptables", "1.12"), of("ipvs", "1.34")],
  ["kubelets of two ages", of("iptables", "1.27", none, { node: { kubelet: "1.22" } }), of("iptables", "1.27")],
  ["legacy and nft backend", of("iptables", "1.25", legacy), of("iptables", "1.25", nft)],
  ["legacy and nft backend, IPVS", of("ipvs", "1.25", legacy), of("ipvs", "1.25", nft)],
  ["old and new flannel", of("iptables", "1.20", flannelOld), of("iptables", "1.31", flannel)],
  ["old and new flannel, IPVS", of("ipvs", "1.14", flannelOld), of("ipvs", "1.31", flannel)],
  ["Calico and none", of("iptables", "1.28", calico), of("iptables", "1.28")],
  ["Calico and none, IPVS", of("ipvs", "1.28", calico), of("ipvs", "1.28")],
  ["Calico, old and new kube-proxy", of("ipvs", "1.12", calico), of("iptables", "1.34", calico)],
  ["Weave and flannel, IPVS", of("ipvs", "1.22", weave), of("ipvs", "1.22", flannel)],
  ["Weave and flannel", of("iptables", "1.22", weave), of("iptables", "1.22", flannel)],
  ["Weave, old and new kube-proxy", of("iptables", "1.14", weave), of("iptables", "1.31", weave)],
  ["kube-router and flannel", of("iptables", "1.26", kubeRouter), of("iptables", "1.26", flannel)],
  ["kube-router, IPVS", of("ipvs", "1.26", kubeRouter), of("ipvs", "1.19", kubeRouter)],
  ["AWS VPC CNI and none", of("iptables", "1.29", awsVpc), of("iptables", "1.29")],
  ["AWS VPC CNI, IPVS", of("ipvs", "1.29", awsVpc), of("ipvs", "1.23", awsVpc)],
  ["what Cilium left", of("iptables", "1.27", ciliumLeftover), of("ipvs", "1.27", ciliumLeftover)],
  ["Docker on one of them", of("iptables", "1.22", docker), of("iptables", "1.22")],
  ["Docker on one of them, IPVS", of("ipvs", "1.22", docker), of("ipvs", "1.22")],
  [
    "Docker drops, flannel accepts",
    of("iptables", "1.19", both(flannelOld, dockerDrops)),
    of("iptables", "1.19", flannelOld),
  ],
  ["Docker drops, flannel accepts, IPVS", of("ipvs", "1.19", both(flannel, dockerDrops)), of("ipvs", "1.19", flannel)],
  ["firewalld, with pods trusted", of("iptables", "1.24", firewalld), of("iptables", "1.24")],
  ["firewalld, with Services let in, IPVS", of("ipvs", "1.24", firewalld), of("ipvs", "1.24")],
  ["ufw and fail2ban", of("iptables", "1.30", both(ufw, fail2ban)), of("iptables", "1.30")],
  ["ufw and fail2ban, IPVS", of("ipvs", "1.30", both(ufw, fail2ban)), of("ipvs", "1.30")],
  ["Tailscale", of("iptables", "1.32", tailscale), of("iptables", "1.32")],
  ["Tailscale, IPVS", of("ipvs", "1.32", tailscale), of("ipvs", "1.32")],
  ["host ports and their masquerade", of("iptables", "1.28", both(portmap, cniMasquerade)), of("iptables", "1.28")],
  ["host ports and their masquerade, IPVS", of("ipvs", "1.28", both(portmap, cniMasquerade)), of("ipvs", "1.28")],
  ["ip-masq-agent", of("iptables", "1.21", masqueradeAgent), of("ipvs", "1.21", masqueradeAgent)],
  ["Istio's ambient mode", of("iptables", "1.33", istio), of("ipvs", "1.33", istio)],
  ["libvirt", of("iptables", "1.26", libvirt), of("ipvs", "1.26", libvirt)],
  ["NodeLocal DNS on its own address", of("iptables", "1.28", nodeLocalDns), of("ipvs", "1.28", nodeLocalDns)],
  [
    "many neighbours at once",
    of("iptables", "1.29", both(flannel, dockerDrops, fail2ban, tailscale, portmap, libvirt)),
    of("ipvs", "1.24", both(calico, docker, fail2ban, tailscale, portmap)),
  ],
  [
    "pods told apart by the bridge",
    of("iptables", "1.28", none, { node: { detector: "-i cni0" } }),
    of("iptables", "1.28"),
  ],
  [
    "pods told apart by the bridge, IPVS",
    of("ipvs", "1.28", none, { node: { detector: "-i cni0" } }),
    of("ipvs", "1.28"),
  ],
  ["no cluster CIDR", of("iptables", "1.19", none, { node: { detector: "none" } }), of("iptables", "1.19")],
  ["no cluster CIDR, IPVS", of("ipvs", "1.19", none, { node: { detector: "none" } }), of("ipvs", "1.19")],
  ["IPv6", of("iptables", "1.28", none, { node: six }), of("iptables", "1.34", none, { node: { ...six, number: 2 } })],
  ["IPv6, IPVS", of("ipvs", "1.24", none, { node: six }), of("ipvs", "1.28", none, { node: { ...six, number: 2 } })],
  ["both families", of("iptables", "1.28", none, { node: dual }), of("iptables", "1.23", none, { node: dual })],
  [
    "both families, IPVS",
    of("ipvs", "1.28", flannel, { node: dual }),
    of("ipvs", "1.28", none, { node: { ...dual, number: 2 } }),
  ],
  ["one family and both", of("iptables", "1.28"), of("iptables", "1.28", none, { node: dual })],
  ["rules alone", of("iptables", "1.28", none, { after: only("iptables-save") }), of("iptables", "1.24")],
  ["the nat table alone", of("iptables", "1.26", natOnly, { after: only("iptables-save") }), of("iptables", "1.26")],
  [
    "rules and virtual servers",
    of("ipvs", "1.28", none, { after: only("iptables-save", "ipvsadm") }),
    of("ipvs", "1.28"),
  ],
  [
    "the nat table and sets",
    of("ipvs", "1.22", natOnly, { after: only("iptables-save", "ipset-save") }),
    of("ipvs", "1.22"),
  ],
  [
    "the nat table alone, IPVS",
    of("ipvs", "1.20", natOnly, { after: only("iptables-save"), asks: "contain cluster IPs?" }),
    of("ipvs", "1.20"),
  ],
];

/** What may be as somebody wants it, and is told without alarm. */
const hints: readonly string[] = ["no-endpoints", "no-local-endpoints"];

const result = (broken: Dumps, healthy?: Dumps): unknown => {
  const { diagnosis } = ask({ broken, ...(healthy ? { healthy } : {}) }).view;
  const findings = diagnosis.findings.filter((f) => f.certainty !== "possible" || !hints.includes(f.id));
  return {
    findings: findings.map((f) => `${f.side} ${f.id} ${f.certainty} ${f.flows[0]?.flow.from} ${f.flows[0]?.flow.to}`),
    asked: diagnosis.undecidable.map((u) => u.question.en),
    told: diagnosis.notes.filter((n) => n.id.startsWith("chain-")).map((n) => n.says.en),
    status: statusOf(diagnosis),
  };
};
const fine = { findings: [], asked: [], told: [], status: 0 };
const alone = ({ asks }: Healthy): typeof fine => ({
  ...fine,
  ...(asks === undefined ? {} : { asked: [expect.stringContaining(asks)] as never[], status: 3 }),
});

describe.each(pairs)("%s", (_, a, b) => {
  const [one, two] = [printed(a), printed(b)];
  it("as a pair", () => expect(result(two, one)).toEqual(fine));
  it("the other way round", () => expect(result(one, two)).toEqual(fine));
  it("each alone", () => {
    expect(result(one)).toEqual(alone(a));
    expect(result(two)).toEqual(alone(b));
  });
});
