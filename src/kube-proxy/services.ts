import type { Span } from "../base/span.ts";
import type { VirtualServer } from "../model/ipvs/virtual-server.ts";
import { type Endpoint, type Service, type ServicePort, usedEndpoints } from "../model/kubernetes/service.ts";
import { type Family, familyOf, type Ip, parseIp } from "../model/net/ip.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { iptablesServices } from "./iptables-services.ts";
import { liveMode, modesOf } from "./mode.ts";
import { clusterIpSet, ipvsDevice, nodePortRange, plainSetName } from "./names.ts";

export type ServiceKind = "cluster-ip" | "node-port" | "external" | "load-balancer";
export type ServiceProto = "tcp" | "udp" | "sctp";

export interface KnownEndpoint {
  readonly address: Ip;
  readonly port: number;
}

/** One address and port that kube-proxy of a node serves, as far as its dumps tell. */
export interface KnownService {
  readonly address: Ip;
  readonly port: number;
  readonly proto: ServiceProto;
  readonly kind: ServiceKind;
  /** `namespace/name:port`, where a dump says it. */
  readonly name?: string;
  /** Only endpoints of the node itself serve it: its external (of a cluster IP, its internal) traffic policy is Local. */
  readonly localPolicy?: boolean;
  readonly endpoints: readonly KnownEndpoint[];
  /** Whether `endpoints` are all; false where the dump that would tell was not pasted. */
  readonly endpointsKnown: boolean;
  readonly at: Span;
}

export const serviceKey = (s: { address: string; port: number; proto: string }): string =>
  `${s.proto} ${s.address} ${s.port}`;

/** Everything a node serves: virtual servers, nat rules, sets, and what kubectl printed. */
export function servicesOf(snapshot: NodeSnapshot): KnownService[] {
  const found = new Map<string, KnownService>();
  const names = namesByAddress(snapshot);
  const add = (s: KnownService): void => {
    const key = serviceKey(s);
    const name = s.name ?? names.get(key);
    if (!found.has(key)) found.set(key, name === undefined || s.name ? s : { ...s, name });
  };
  const kinds = kindsByAddress(snapshot);
  // what a mode left behind says less of a Service than the rules of the one that runs
  const mode = liveMode(snapshot, modesOf(snapshot));
  const rulesFirst = mode === "iptables";
  if (rulesFirst) for (const service of iptablesServices(snapshot)) add(service);
  for (const server of snapshot.ipvs.servers) add(fromVirtualServer(server, kinds));
  if (!rulesFirst) for (const service of iptablesServices(snapshot)) add(service);
  for (const service of fromKubectl(snapshot)) add(service);
  if (mode === "ipvs" && snapshot.ipvs.coverage === "whole") for (const service of fromSets(snapshot)) add(service);
  return [...found.values()];
}

/** Cluster IPs that kube-proxy of IPVS mode has in its set, whether or not they have a virtual server. */
function* fromSets(snapshot: NodeSnapshot): Generator<KnownService> {
  for (const set of snapshot.sets.byName.values()) {
    if (plainSetName(set.name) !== clusterIpSet) continue;
    for (const { text, at } of set.entries) {
      const [, addressText = "", proto, port] = /^([^,]+),(tcp|udp|sctp):(\d+)$/.exec(text) ?? [];
      const address = parseIp(addressText);
      if (address === undefined || proto === undefined) continue;
      yield {
        address,
        port: Number(port),
        proto: proto as ServiceProto,
        kind: "cluster-ip",
        endpoints: [],
        endpointsKnown: false,
        at,
      };
    }
  }
}

function fromVirtualServer(
  server: VirtualServer,
  kinds: (address: Ip, port: number, proto: string) => ServiceKind,
): KnownService {
  return {
    address: server.address,
    port: server.port,
    proto: server.proto,
    kind: kinds(server.address, server.port, server.proto),
    endpoints: server.realServers.filter((r) => r.weight > 0).map((r) => ({ address: r.address, port: r.port })),
    endpointsKnown: true,
    at: server.at,
  };
}

/**
 * What kind of service an address is. Sets and kubectl say it outright. Else: on kube-ipvs0 it is a cluster IP; on
 * another device, or with a port of the node port range, a node port. An address on no device that is not among the cluster IPs
 * is a load balancer's: those kube-proxy binds only since 1.11.
 */
export function kindsByAddress(snapshot: NodeSnapshot): (address: Ip, port: number, proto: string) => ServiceKind {
  const stated = new Map<string, ServiceKind>();
  for (const service of snapshot.services.list) {
    for (const ip of service.clusterIps) stated.set(ip, "cluster-ip");
    for (const ip of service.externalIps) stated.set(ip, "external");
    for (const ip of service.loadBalancerIps) stated.set(ip, "load-balancer");
  }
  const bySet: readonly (readonly [string, ServiceKind])[] = [
    ["KUBE-LOAD-BALANCER", "load-balancer"],
    ["KUBE-LOAD-BALANCER-MASQ", "load-balancer"],
    ["KUBE-LOAD-BALANCER-LOCAL", "load-balancer"],
    ["KUBE-LOAD-BALANCER-FW", "load-balancer"],
    ["KUBE-EXTERNAL-IP", "external"],
    ["KUBE-EXTERNAL-IP-LOCAL", "external"],
    ["KUBE-CLUSTER-IP", "cluster-ip"],
  ];
  for (const set of snapshot.sets.byName.values()) {
    const kind = bySet.find(([name]) => name === plainSetName(set.name))?.[1];
    if (kind) for (const entry of set.entries) stated.set(entry.text.split(",")[0] ?? "", kind);
  }
  const clusterIps = [...snapshot.sets.byName.values()].filter(
    (set) => plainSetName(set.name) === "KUBE-CLUSTER-IP" && set.whole,
  );
  const onDevice = new Map<string, string>();
  for (const link of snapshot.links.list) for (const a of link.addresses) onDevice.set(a.address, link.name);
  return (address, port) => {
    const kind = stated.get(address);
    if (kind) return kind;
    const device = onDevice.get(address);
    if (device !== undefined) return device === ipvsDevice ? "cluster-ip" : "node-port";
    if (address.startsWith("127.")) return "node-port";
    if (port >= nodePortRange[0] && port <= nodePortRange[1]) return "node-port";
    const counted = clusterIps.some((set) => set.family === familyOf(address));
    return counted && snapshot.links.coverage === "whole" ? "load-balancer" : "cluster-ip";
  };
}

function* fromKubectl(snapshot: NodeSnapshot): Generator<KnownService> {
  const endpointsNamed = byName(snapshot.endpoints.list);
  for (const service of snapshot.services.list) {
    const own = (endpointsNamed.get(service.name) ?? []).filter((e) => isOf(e, service));
    const all: readonly (readonly [readonly Ip[], ServiceKind])[] = [
      [service.clusterIps, "cluster-ip"],
      [service.externalIps, "external"],
      [service.loadBalancerIps, "load-balancer"],
    ];
    for (const [addresses, kind] of all)
      for (const address of addresses)
        for (const port of service.ports) {
          const endpoints = endpointsOf(own, port, familyOf(address));
          const policy = kind === "cluster-ip" ? service.internalTrafficPolicy : service.externalTrafficPolicy;
          yield {
            address,
            port: port.port,
            proto: port.proto,
            kind,
            name: portName(service, port),
            endpoints,
            endpointsKnown: snapshot.endpoints.coverage === "whole",
            ...(policy ? { localPolicy: policy === "Local" } : {}),
            at: service.at,
          };
        }
  }
}

/** Lists by a Service's name; laid out once for each snapshot. */
const named = new WeakMap<readonly Endpoint[], ReadonlyMap<string, readonly Endpoint[]>>();
function byName(list: readonly Endpoint[]): ReadonlyMap<string, readonly Endpoint[]> {
  const known = named.get(list);
  if (known) return known;
  const found = new Map<string, Endpoint[]>();
  for (const e of list) {
    const own = found.get(e.service);
    if (own) own.push(e);
    else found.set(e.service, [e]);
  }
  named.set(list, found);
  return found;
}

const isOf = (e: { readonly namespace?: string }, { namespace }: Service): boolean =>
  (e.namespace ?? namespace) === namespace;
const portName = (service: Service, port: ServicePort): string =>
  `${service.namespace ? `${service.namespace}/` : ""}${service.name}${port.name ? `:${port.name}` : ""}`;

/** What kubectl lists of one address and port. */
export interface ListedPort {
  readonly service: Service;
  readonly port: ServicePort;
  /** Those that get traffic. */
  readonly endpoints: readonly KnownEndpoint[];
  /** A dump says that it has no endpoint; without that, and without any listed, they are not known. */
  readonly none?: Span;
}

/** Ports that kubectl lists, by `proto address port`, node ports by `proto port`; laid out once for each snapshot. */
const ports = new WeakMap<readonly Service[], ReadonlyMap<string, { service: Service; port: ServicePort }>>();
function byPort(list: readonly Service[]): ReadonlyMap<string, { service: Service; port: ServicePort }> {
  const known = ports.get(list);
  if (known) return known;
  const found = new Map<string, { service: Service; port: ServicePort }>();
  for (const service of list)
    for (const port of service.ports) {
      for (const address of [...service.clusterIps, ...service.externalIps, ...service.loadBalancerIps])
        found.set(serviceKey({ ...port, address }), { service, port });
      if (port.nodePort !== undefined) found.set(`${port.proto} ${port.nodePort}`, { service, port });
    }
  ports.set(list, found);
  return found;
}

/** What kubectl lists of the Service that has this address and port, or this node port. */
export function listedAt(
  snapshot: NodeSnapshot,
  s: Pick<KnownService, "address" | "port" | "proto" | "kind">,
): ListedPort | undefined {
  const listed = byPort(snapshot.services.list);
  const found = listed.get(s.kind === "node-port" ? `${s.proto} ${s.port}` : serviceKey(s));
  if (!found) return undefined;
  const { service, port } = found;
  const own = (byName(snapshot.endpoints.list).get(service.name) ?? []).filter((e) => isOf(e, service));
  const endpoints = endpointsOf(own, port, familyOf(s.address));
  const said = snapshot.endpoints.none.find((e) => e.service === service.name && isOf(e, service));
  const none = said?.at ?? (snapshot.endpoints.coverage === "whole" || own.length > 0 ? service.at : undefined);
  return { service, port, endpoints, ...(endpoints.length === 0 && none ? { none } : {}) };
}

/** Endpoints of one port: by its name where endpoints have names, else all; of the address's own family. */
function endpointsOf(list: readonly Endpoint[], port: ServicePort, family: Family): readonly KnownEndpoint[] {
  const own = list.filter(
    (e) =>
      familyOf(e.address) === family &&
      (e.portName === undefined || port.name === undefined || e.portName === port.name),
  );
  return usedEndpoints(own).map((e) => ({ address: e.address, port: e.port }));
}

function namesByAddress(snapshot: NodeSnapshot): Map<string, string> {
  const names = new Map<string, string>();
  for (const s of fromKubectl(snapshot)) if (s.name) names.set(serviceKey(s), s.name);
  return names;
}

/** Node ports by protocol, however they are known. */
export function nodePortsOf(services: readonly KnownService[], snapshot: NodeSnapshot): Map<string, boolean> {
  const ports = new Map<string, boolean>();
  for (const s of services) if (s.kind === "node-port") ports.set(`${s.proto} ${s.port}`, s.localPolicy ?? false);
  for (const s of snapshot.services.list)
    for (const p of s.ports)
      if (p.nodePort !== undefined) ports.set(`${p.proto} ${p.nodePort}`, s.externalTrafficPolicy === "Local");
  return ports;
}
