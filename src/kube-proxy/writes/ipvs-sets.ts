import type { Ip } from "../../model/net/ip.ts";
import type { Proxier, ServedEndpoint, ServedPort, WrittenSet } from "./cluster.ts";
import { holds, since } from "./spelling.ts";

export type SetName =
  | "KUBE-LOOP-BACK"
  | "KUBE-CLUSTER-IP"
  | "KUBE-EXTERNAL-IP"
  | "KUBE-EXTERNAL-IP-LOCAL"
  | "KUBE-LOAD-BALANCER"
  | "KUBE-LOAD-BALANCER-MASQ"
  | "KUBE-LOAD-BALANCER-LOCAL"
  | "KUBE-LOAD-BALANCER-FW"
  | "KUBE-LOAD-BALANCER-SOURCE-IP"
  | "KUBE-LOAD-BALANCER-SOURCE-CIDR"
  | "KUBE-NODE-PORT-TCP"
  | "KUBE-NODE-PORT-UDP"
  | "KUBE-NODE-PORT-LOCAL-TCP"
  | "KUBE-NODE-PORT-LOCAL-UDP"
  | "KUBE-NODE-PORT-SCTP"
  | "KUBE-NODE-PORT-LOCAL-SCTP"
  | "KUBE-NODE-PORT-SCTP-HASH"
  | "KUBE-NODE-PORT-LOCAL-SCTP-HASH"
  | "KUBE-HEALTH-CHECK-NODE-PORT"
  | "KUBE-IPVS-IPS";

/** Comments of the rules over each set (pkg/proxy/ipvs/ipset.go, the same 1.11 to 1.36). */
export const setComments: Readonly<Partial<Record<SetName, string>>> = {
  "KUBE-LOOP-BACK": "Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose",
  "KUBE-CLUSTER-IP": "Kubernetes service cluster ip + port for masquerade purpose",
  "KUBE-EXTERNAL-IP": "Kubernetes service external ip + port for masquerade and filter purpose",
  "KUBE-EXTERNAL-IP-LOCAL": "Kubernetes service external ip + port with externalTrafficPolicy=local",
  "KUBE-LOAD-BALANCER": "Kubernetes service lb portal",
  "KUBE-LOAD-BALANCER-LOCAL": "Kubernetes service load balancer ip + port with externalTrafficPolicy=local",
  "KUBE-LOAD-BALANCER-FW": "Kubernetes service load balancer ip + port for load balancer with sourceRange",
  "KUBE-LOAD-BALANCER-SOURCE-IP": "Kubernetes service load balancer ip + port + source IP for packet filter purpose",
  "KUBE-LOAD-BALANCER-SOURCE-CIDR":
    "Kubernetes service load balancer ip + port + source cidr for packet filter purpose",
  "KUBE-NODE-PORT-TCP": "Kubernetes nodeport TCP port for masquerade purpose",
  "KUBE-NODE-PORT-LOCAL-TCP": "Kubernetes nodeport TCP port with externalTrafficPolicy=local",
  "KUBE-NODE-PORT-UDP": "Kubernetes nodeport UDP port for masquerade purpose",
  "KUBE-NODE-PORT-LOCAL-UDP": "Kubernetes nodeport UDP port with externalTrafficPolicy=local",
  "KUBE-NODE-PORT-SCTP": "Kubernetes nodeport SCTP port for masquerade purpose",
  "KUBE-NODE-PORT-LOCAL-SCTP": "Kubernetes nodeport SCTP port with externalTrafficPolicy=local",
  "KUBE-NODE-PORT-SCTP-HASH": "Kubernetes nodeport SCTP port for masquerade purpose with type 'hash ip:port'",
  "KUBE-NODE-PORT-LOCAL-SCTP-HASH":
    "Kubernetes nodeport SCTP port with externalTrafficPolicy=local with type 'hash ip:port'",
  "KUBE-HEALTH-CHECK-NODE-PORT": "Kubernetes health check node port",
};

/** Sets that this version makes, empty or not, in the order of ipsetInfo. */
export function setNames({ version: v }: Proxier): SetName[] {
  if (!since(v, 9)) return [];
  const sctp: SetName[] = since(v, 15)
    ? ["KUBE-NODE-PORT-SCTP-HASH", "KUBE-NODE-PORT-LOCAL-SCTP-HASH"]
    : since(v, 13)
      ? ["KUBE-NODE-PORT-SCTP", "KUBE-NODE-PORT-LOCAL-SCTP"]
      : [];
  return [
    "KUBE-LOOP-BACK",
    "KUBE-CLUSTER-IP",
    "KUBE-EXTERNAL-IP",
    ...(since(v, 18) ? (["KUBE-EXTERNAL-IP-LOCAL"] as const) : []),
    "KUBE-LOAD-BALANCER",
    ...(since(v, 11)
      ? (["KUBE-LOAD-BALANCER-FW", "KUBE-LOAD-BALANCER-LOCAL"] as const)
      : (["KUBE-LOAD-BALANCER-MASQ"] as const)),
    "KUBE-LOAD-BALANCER-SOURCE-IP",
    "KUBE-LOAD-BALANCER-SOURCE-CIDR",
    "KUBE-NODE-PORT-TCP",
    ...(since(v, 11) ? (["KUBE-NODE-PORT-LOCAL-TCP"] as const) : []),
    "KUBE-NODE-PORT-UDP",
    ...(since(v, 11) ? (["KUBE-NODE-PORT-LOCAL-UDP"] as const) : []),
    ...sctp,
    ...(since(v, 21) ? (["KUBE-HEALTH-CHECK-NODE-PORT"] as const) : []),
    ...(since(v, 26) ? (["KUBE-IPVS-IPS"] as const) : []),
  ];
}

/** Dual stack's IPv6 half has names of its own (1.16 and later), cut at 31 characters. */
export const setNameOf = (name: SetName, { family, version: v }: Proxier): string =>
  family === 6 && since(v, 16) ? name.replace(/^KUBE-/, "KUBE-6-").slice(0, 31) : name;

/** Type and options as `ipset save` prints them. */
export function setTypeOf(name: SetName, { family }: Proxier): string {
  const hash = (dimensions: string): string =>
    `hash:${dimensions} family ${family === 4 ? "inet" : "inet6"} hashsize 1024 maxelem 65536`;
  if (/NODE-PORT-(?:LOCAL-)?(?:TCP|UDP|SCTP)$|HEALTH-CHECK/.test(name)) return "bitmap:port range 0-65535";
  if (name === "KUBE-IPVS-IPS") return hash("ip");
  if (name === "KUBE-LOAD-BALANCER-SOURCE-CIDR") return hash("ip,port,net");
  if (name === "KUBE-LOOP-BACK" || name === "KUBE-LOAD-BALANCER-SOURCE-IP") return hash("ip,port,ip");
  return hash("ip,port");
}

/** 1.11.1 fills KUBE-CLUSTER-IP whether or not a rule tells pods apart (PR 65388). */
const fillsClusterIp = ({ version: v, masqueradeAll, local }: Proxier): boolean =>
  masqueradeAll || local.kind !== "none" || since(v, [11, 1], 12);

function* entries(name: SetName, proxy: Proxier, services: readonly ServedPort[]): Generator<string> {
  const { version: v, nodeAddresses } = proxy;
  const [own] = nodeAddresses;
  for (const s of services) {
    const to = (ip: Ip): string => `${ip},${s.proto}:${s.port}`;
    const lbs = s.loadBalancerIps ?? [];
    const ranged = (s.sourceRanges?.length ?? 0) > 0;
    const local = s.externalLocal === true;
    switch (name) {
      case "KUBE-LOOP-BACK":
        for (const e of s.endpoints) if (e.onNode || !since(v, 13)) yield loop(e, s);
        break;
      case "KUBE-CLUSTER-IP":
        if (fillsClusterIp(proxy)) yield to(s.clusterIp);
        break;
      case "KUBE-EXTERNAL-IP":
        if (!local || !since(v, 18)) yield* (s.externalIps ?? []).map(to);
        break;
      case "KUBE-EXTERNAL-IP-LOCAL":
        if (local) yield* (s.externalIps ?? []).map(to);
        break;
      case "KUBE-LOAD-BALANCER":
        if (since(v, 11) || ranged) yield* lbs.map(to);
        break;
      case "KUBE-LOAD-BALANCER-MASQ":
        if (!local) yield* lbs.map(to);
        break;
      case "KUBE-LOAD-BALANCER-LOCAL":
        if (local) yield* lbs.map(to);
        break;
      case "KUBE-LOAD-BALANCER-FW":
        if (ranged) yield* lbs.map(to);
        break;
      case "KUBE-LOAD-BALANCER-SOURCE-IP":
        if (own !== undefined && s.sourceRanges?.some((r) => holds(r, own)))
          for (const ip of lbs) yield `${to(ip)},${ip}`;
        break;
      case "KUBE-LOAD-BALANCER-SOURCE-CIDR":
        for (const ip of lbs)
          for (const range of s.sourceRanges ?? []) yield `${to(ip)},${range.replace(/\/(?:32|128)$/, "")}`;
        break;
      case "KUBE-HEALTH-CHECK-NODE-PORT":
        if (s.healthCheckNodePort !== undefined) yield String(s.healthCheckNodePort);
        break;
      case "KUBE-IPVS-IPS":
        yield* boundBy(proxy, s);
        break;
      default:
        yield* nodePortEntries(name, proxy, s);
    }
  }
}

const loop = (e: ServedEndpoint, s: ServedPort): string => `${e.address},${s.proto}:${e.port},${e.address}`;

function nodePortEntries(name: SetName, proxy: Proxier, s: ServedPort): string[] {
  const found = /^KUBE-NODE-PORT-(LOCAL-)?(TCP|UDP|SCTP)(-HASH)?$/.exec(name);
  if (!found || s.nodePort === undefined || s.proto !== found[2]?.toLowerCase()) return [];
  const local = s.externalLocal === true;
  if (found[1] ? !local : local && !since(proxy.version, 11)) return [];
  const { nodePort } = s;
  return found[3] ? proxy.nodeAddresses.map((ip) => `${ip},sctp:${nodePort}`) : [String(nodePort)];
}

/** Addresses of one Service that kube-proxy binds to kube-ipvs0: external ones from 1.11 (PR 63066). */
export const boundBy = ({ version: v }: Proxier, s: ServedPort): Ip[] =>
  since(v, 11) ? [s.clusterIp, ...(s.externalIps ?? []), ...(s.loadBalancerIps ?? [])] : [s.clusterIp];

export function ipvsSets(proxy: Proxier, services: readonly ServedPort[]): WrittenSet[] {
  return setNames(proxy).map((name) => ({
    name: setNameOf(name, proxy),
    type: setTypeOf(name, proxy),
    entries: [...new Set(entries(name, proxy, services))],
  }));
}
