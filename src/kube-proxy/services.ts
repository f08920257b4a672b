import type { Span } from "../base/span.ts";
import type { VirtualServer } from "../model/ipvs/virtual-server.ts";
import { type Endpoint, type ServicePort, usedEndpoints } from "../model/kubernetes/service.ts";
import { type Family, familyOf, type Ip } from "../model/net/ip.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { iptablesServices } from "./iptables-services.ts";
import { ipvsDevice, nodePortRange, plainSetName } from "./names.ts";

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
  readonly localPolicy?: boolean;
  readonly endpoints: readonly KnownEndpoint[];
  /** Whether `endpoints` are all; false where the dump that would tell was not pasted. */
  readonly endpointsKnown: boolean;
  readonly at: Span;
}

export const serviceKey = (s: { address: string; port: number; proto: string }): string =>
  `${s.proto} ${s.address} ${s.port}`;

/** Everything a node serves: virtual servers, nat rules, and what kubectl printed. */
export function servicesOf(snapshot: NodeSnapshot): KnownService[] {
  const found = new Map<string, KnownService>();
  const names = namesByAddress(snapshot);
  const add = (s: KnownService): void => {
    const key = serviceKey(s);
    const name = s.name ?? names.get(key);
    if (!found.has(key)) found.set(key, name === undefined || s.name ? s : { ...s, name });
  };
  const kinds = kindsByAddress(snapshot);
  for (const server of snapshot.ipvs.servers) add(fromVirtualServer(server, kinds));
  for (const service of iptablesServices(snapshot)) add(service);
  for (const service of fromKubectl(snapshot)) add(service);
  return [...found.values()];
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
 * another device, or with a port of the node port range, a node port.
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
    ["KUBE-EXTERNAL-IP", "external"],
    ["KUBE-EXTERNAL-IP-LOCAL", "external"],
    ["KUBE-CLUSTER-IP", "cluster-ip"],
  ];
  for (const set of snapshot.sets.byName.values()) {
    const kind = bySet.find(([name]) => name === plainSetName(set.name))?.[1];
    if (kind) for (const entry of set.entries) stated.set(entry.text.split(",")[0] ?? "", kind);
  }
  const onDevice = new Map<string, string>();
  for (const link of snapshot.links.list) for (const a of link.addresses) onDevice.set(a.address, link.name);
  return (address, port) => {
    const kind = stated.get(address);
    if (kind) return kind;
    const device = onDevice.get(address);
    if (device !== undefined) return device === ipvsDevice ? "cluster-ip" : "node-port";
    if (address.startsWith("127.")) return "node-port";
    return port >= nodePortRange[0] && port <= nodePortRange[1] ? "node-port" : "cluster-ip";
  };
}

function* fromKubectl(snapshot: NodeSnapshot): Generator<KnownService> {
  const byService = new Map<string, Endpoint[]>();
  for (const endpoint of snapshot.endpoints.list) {
    const list = byService.get(endpoint.service);
    if (list) list.push(endpoint);
    else byService.set(endpoint.service, [endpoint]);
  }
  for (const service of snapshot.services.list) {
    const own = (byService.get(service.name) ?? []).filter(
      (e) => (e.namespace ?? service.namespace) === service.namespace,
    );
    const all: readonly (readonly [readonly Ip[], ServiceKind])[] = [
      [service.clusterIps, "cluster-ip"],
      [service.externalIps, "external"],
      [service.loadBalancerIps, "load-balancer"],
    ];
    for (const [addresses, kind] of all)
      for (const address of addresses)
        for (const port of service.ports) {
          const endpoints = endpointsOf(own, port, familyOf(address));
          yield {
            address,
            port: port.port,
            proto: port.proto,
            kind,
            name: `${service.namespace ? `${service.namespace}/` : ""}${service.name}${port.name ? `:${port.name}` : ""}`,
            endpoints,
            endpointsKnown: snapshot.endpoints.coverage === "whole",
            ...(service.externalTrafficPolicy ? { localPolicy: service.externalTrafficPolicy === "Local" } : {}),
            at: service.at,
          };
        }
  }
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
