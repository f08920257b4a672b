import type { Span } from "../../base/span.ts";
import type { Ip } from "../net/ip.ts";

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly nodePort?: number;
  readonly proto: "tcp" | "udp" | "sctp";
}
/** A Service as far as any dump tells it. Absent fields were not printed. */
export interface Service {
  readonly namespace?: string;
  readonly name: string;
  readonly type?: string;
  readonly clusterIps: readonly Ip[];
  readonly externalIps: readonly Ip[];
  readonly loadBalancerIps: readonly Ip[];
  readonly ports: readonly ServicePort[];
  readonly externalTrafficPolicy?: "Cluster" | "Local";
  readonly at: Span;
}
export interface Endpoint {
  readonly namespace?: string;
  readonly service: string;
  readonly address: Ip;
  readonly port: number;
  readonly at: Span;
}
