import type { Span } from "../../base/span.ts";
import type { Cidr } from "../net/cidr.ts";
import type { Ip } from "../net/ip.ts";

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly nodePort?: number;
  readonly proto: "tcp" | "udp" | "sctp";
  /** A port of the pods, or the name of one, which only endpoints resolve. Tables do not print it. */
  readonly targetPort?: number | string;
}
/** One entry of a Service's `status.loadBalancer.ingress`. */
export interface Ingress {
  readonly ip?: Ip;
  readonly hostname?: string;
  /** `Proxy`: kube-proxy does not program the address (1.29 and later); `VIP`, the default, it does. */
  readonly ipMode?: string;
}
/** A Service as far as any dump tells it. Absent fields were not printed, or not set. */
export interface Service {
  readonly namespace?: string;
  readonly name: string;
  readonly type?: string;
  readonly clusterIps: readonly Ip[];
  /** CLUSTER-IP is `None`: kube-proxy writes nothing for it. */
  readonly headless?: true;
  readonly externalIps: readonly Ip[];
  /** Addresses of load balancers that kube-proxy programs. */
  readonly loadBalancerIps: readonly Ip[];
  /** Everything `status.loadBalancer` says, host names and addresses of mode Proxy too. */
  readonly ingress?: readonly Ingress[];
  /** The cloud has not yet given an address: `<pending>`. */
  readonly pending?: true;
  /** The name that an ExternalName Service stands for. */
  readonly externalName?: string;
  readonly ports: readonly ServicePort[];
  readonly externalTrafficPolicy?: "Cluster" | "Local";
  readonly internalTrafficPolicy?: "Cluster" | "Local";
  readonly sessionAffinity?: "None" | "ClientIP";
  readonly affinitySeconds?: number;
  readonly loadBalancerSourceRanges?: readonly Cidr[];
  readonly healthCheckNodePort?: number;
  readonly publishNotReadyAddresses?: boolean;
  /** Labels of the pods behind it; none: endpoints are made by hand. */
  readonly selector?: ReadonlyMap<string, string>;
  /** Label `service.kubernetes.io/service-proxy-name`: kube-proxy leaves this Service to another proxy. */
  readonly proxyName?: string;
  readonly at: Span;
}
/** One address and port behind a Service. Absent fields were not printed. */
export interface Endpoint {
  readonly namespace?: string;
  readonly service: string;
  readonly address: Ip;
  readonly port: number;
  readonly portName?: string;
  readonly proto?: ServicePort["proto"];
  /** Whether it gets traffic; kubectl's table of slices does not tell. */
  readonly ready?: boolean;
  /** It still answers, though it may be about to end. */
  readonly serving?: boolean;
  readonly terminating?: boolean;
  readonly nodeName?: string;
  readonly zone?: string;
  /** Zones whose nodes use it, where topology hints are given. */
  readonly forZones?: readonly string[];
  readonly pod?: string;
  readonly at: Span;
}

/** A dump says of a Service that it has no ready endpoint: `<none>`. One of several slices may be empty. */
export interface NoEndpoints {
  readonly namespace?: string;
  readonly service: string;
  readonly at: Span;
}

/**
 * Endpoints that kube-proxy sends traffic to: the ready ones, else those that end but still serve
 * (kubernetes/pkg/proxy/topology.go, CategorizeEndpoints, 1.26). Where readiness was not printed, all.
 */
export function usedEndpoints(list: readonly Endpoint[]): readonly Endpoint[] {
  const ready = list.filter((e) => e.ready !== false);
  return ready.length > 0 ? ready : list.filter((e) => e.serving === true && e.terminating === true);
}
