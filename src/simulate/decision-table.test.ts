import { describe, expect, it } from "vitest";
import { guessFor } from "../kube-proxy/expectations.ts";
import { isBefore, parseVersion, type Version } from "../kube-proxy/version.ts";
import type { ServedPort } from "../kube-proxy/writes/cluster.ts";
import type { Flow } from "./flow.ts";
import { simulate } from "./simulate.ts";
import { ip } from "./testing/node.ts";
import { endpoint, nodeAddress, snapshotOf } from "./testing/written-node.ts";

/**
 * Who is masqueraded, and what fails, on a node as kube-proxy of each version leaves it. M: masqueraded and delivered;
 * -: delivered with its own source; anything else is the outcome. A Service of each kind; `far`: its endpoint is on another
 * node, `near`: on this one.
 */
const service = (
  n: number,
  name: string,
  endpoints: readonly string[],
  more: Partial<ServedPort> = {},
): ServedPort => ({
  namespace: "default",
  name,
  portName: "http",
  proto: "tcp",
  clusterIp: ip(`10.96.10.${n}`),
  port: 80,
  nodePort: 30080 + n,
  externalIps: [ip(`192.0.2.${n}`)],
  loadBalancerIps: [ip(`203.0.113.${n}`)],
  endpoints: endpoints.map(endpoint),
  ...more,
});
const far = "10.244.2.20:8080";
const near = "10.244.1.20:8080";
const services = [
  service(1, "far", [far]),
  service(2, "near", [near]),
  service(3, "far-local", [far], { externalLocal: true }),
  service(4, "near-local", [near], { externalLocal: true }),
];
const of = { far: 1, near: 2, "far-local": 3, "near-local": 4 } as const;
type Which = keyof typeof of;

const client = ip("198.51.100.7");
const pod = ip("10.244.1.77");
const to = (address: string, port = 80): Pick<Flow, "to" | "port" | "proto"> => ({
  to: ip(address),
  port,
  proto: "tcp",
});
const clusterIp = (s: Which) => to(`10.96.10.${of[s]}`);
const externalIp = (s: Which) => to(`192.0.2.${of[s]}`);
const balancer = (s: Which) => to(`203.0.113.${of[s]}`);
const nodePort = (s: Which, address = nodeAddress) => to(address, 30080 + of[s]);
const host = { from: "host" } as const;
const fromPod = { from: "pod", source: pod } as const;
const outside = { from: "external", source: client } as const;

const flows = {
  "host → cluster IP": { ...host, ...clusterIp("far") },
  "pod → cluster IP": { ...fromPod, ...clusterIp("far") },
  "pod → own Service": { from: "hairpin", source: ip("10.244.1.20"), ...clusterIp("near") },
  "outside → node port": { ...outside, ...nodePort("far") },
  "outside → node port, Local, near": { ...outside, ...nodePort("near-local") },
  "outside → node port, Local, far": { ...outside, ...nodePort("far-local") },
  "outside → external IP": { ...outside, ...externalIp("far") },
  "outside → external IP, Local, near": { ...outside, ...externalIp("near-local") },
  "outside → load balancer": { ...outside, ...balancer("far") },
  "outside → load balancer, Local, near": { ...outside, ...balancer("near-local") },
  "host → 127.0.0.1 node port": { ...host, ...nodePort("far", "127.0.0.1") },
  "host → own node port": { ...host, ...nodePort("far") },
  "host → own node port, Local, far": { ...host, ...nodePort("far-local") },
  "pod → node port": { ...fromPod, ...nodePort("far") },
  "pod → node port, Local, far": { ...fromPod, ...nodePort("far-local") },
  "host → load balancer": { ...host, ...balancer("far") },
  "outside → cluster IP": { ...outside, ...clusterIp("far") },
} satisfies Record<string, Flow>;

/** A cell as `M` or `-; 1.21 M`: what holds from the first version, and from which version on it is something else. */
const table: readonly (readonly [keyof typeof flows, "iptables" | "ipvs", Readonly<Record<Detector, string>>])[] = [
  ["host → cluster IP", "iptables", { pods: "M", none: "-", all: "M", services: "M" }],
  ["host → cluster IP", "ipvs", { pods: "M", none: "reply-lost; 1.11.1 M", all: "M", services: "reply-lost" }],
  ["pod → cluster IP", "iptables", { pods: "-", none: "-", all: "M", services: "M" }],
  ["pod → cluster IP", "ipvs", { pods: "-", none: "-", all: "M", services: "M" }],
  ["pod → own Service", "iptables", same("M")],
  ["pod → own Service", "ipvs", same("M")],
  ["outside → node port", "iptables", same("M")],
  ["outside → node port", "ipvs", same("M")],
  ["outside → node port, Local, near", "iptables", same("-")],
  ["outside → node port, Local, near", "ipvs", same("-")],
  ["outside → node port, Local, far", "iptables", same("dropped")],
  // 1.24 falls back to all endpoints, unmasqueraded: the server answers past the node
  ["outside → node port, Local, far", "ipvs", same("refused; 1.24 reply-lost")],
  ["outside → external IP", "iptables", same("M")],
  // before 1.11 such an address is not bound, so IPVS does not see what comes from outside
  ["outside → external IP", "ipvs", same("looped; 1.11 M")],
  ["outside → external IP, Local, near", "iptables", same("M; 1.20 -")],
  // KUBE-IPVS-FILTER of 1.26 knew nothing of KUBE-EXTERNAL-IP-LOCAL
  ["outside → external IP, Local, near", "ipvs", same("looped; 1.11 M; 1.18 -; 1.26 refused; 1.30 -")],
  ["outside → load balancer", "iptables", same("M")],
  ["outside → load balancer", "ipvs", same("looped; 1.11 M")],
  ["outside → load balancer, Local, near", "iptables", same("-")],
  ["outside → load balancer, Local, near", "ipvs", same("looped; 1.11 -")],
  ["host → 127.0.0.1 node port", "iptables", same("M")],
  // on loopback (1.10 to 1.21) IPVS lets no such source out; then a masqueraded one is kept off 127.0.0.0/8 by KUBE-FIREWALL
  ["host → 127.0.0.1 node port", "ipvs", same("refused; 1.10 dropped; 1.26 refused")],
  ["host → own node port", "iptables", same("M")],
  ["host → own node port", "ipvs", same("M")],
  ["host → own node port, Local, far", "iptables", same("dropped; 1.15 M")],
  ["host → own node port, Local, far", "ipvs", same("refused; 1.24 -")],
  ["pod → node port", "iptables", same("M")],
  ["pod → node port", "ipvs", same("M")],
  ["pod → node port, Local, far", "iptables", { pods: "-", none: "dropped", all: "dropped", services: "dropped" }],
  ["pod → node port, Local, far", "ipvs", same("refused; 1.24 -")],
  ["host → load balancer", "iptables", same("M")],
  ["host → load balancer", "ipvs", same("M")],
  // without the mark the server answers straight to the client
  ["outside → cluster IP", "iptables", { pods: "M", none: "reply-lost", all: "M", services: "M" }],
  ["outside → cluster IP", "ipvs", { pods: "M", none: "reply-lost", all: "M", services: "M" }],
];

const detectors = { pods: "10.244.0.0/16", none: "none", all: "all", services: "10.96.0.0/12" } as const;
type Detector = keyof typeof detectors;
function same(cell: string): Readonly<Record<Detector, string>> {
  return { pods: cell, none: cell, all: cell, services: cell };
}
const versions = {
  iptables: [
    "1.9",
    "1.10",
    "1.12",
    "1.14",
    "1.15",
    "1.17",
    "1.18",
    "1.19",
    "1.20",
    "1.21",
    "1.22",
    "1.23",
    "1.24",
    "1.25",
    "1.27",
    "1.31",
    "1.36",
  ],
  ipvs: [
    "1.9.7",
    "1.10",
    "1.11.0",
    "1.11.1",
    "1.12",
    "1.14",
    "1.16",
    "1.18",
    "1.19",
    "1.21",
    "1.22",
    "1.24",
    "1.25",
    "1.26",
    "1.28",
    "1.29",
    "1.30",
    "1.36",
  ],
} as const;

const minorPatch = (text: string): Version => {
  const found = parseVersion(text);
  if (!found) throw new Error(`no version: ${text}`);
  return found;
};
function expected(cell: string, version: string): string {
  const [first = "", ...later] = cell.split("; ");
  return later.reduce((now, change) => {
    const [from = "", then = ""] = change.split(" ");
    return isBefore(minorPatch(version), minorPatch(from)) ? now : then;
  }, first);
}

describe.each(["iptables", "ipvs"] as const)("kube-proxy in %s mode", (mode) => {
  describe.each(Object.keys(detectors) as Detector[])("told apart by: %s", (detector) => {
    it.each(versions[mode])("%s", (version) => {
      const snapshot = snapshotOf({ mode, version, detector: detectors[detector], services });
      const world = { snapshot, beyond: {}, guess: guessFor(snapshot), masqueradeMark: 0x4000 };
      const found: Record<string, string> = {};
      const wanted: Record<string, string> = {};
      for (const [name, ofMode, cells] of table) {
        if (ofMode !== mode) continue;
        const { outcome, traces } = simulate(world, flows[name]);
        found[name] = outcome !== "delivered" ? outcome : traces[0]?.summary.masqueraded ? "M" : "-";
        wanted[name] = expected(cells[detector], version);
      }
      expect(found).toEqual(wanted);
    });
  });
});
