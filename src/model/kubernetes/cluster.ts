import type { Span } from "../../base/span.ts";
import type { Cidr } from "../net/cidr.ts";
import type { Ip } from "../net/ip.ts";

/** A Node object as far as any dump tells it. Absent fields were not printed. */
export interface ClusterNode {
  readonly name: string;
  readonly ready?: boolean;
  readonly internalIps: readonly Ip[];
  readonly externalIps: readonly Ip[];
  /** Ranges that its pods get addresses from; with Calico and others these are not the pods' real ones. */
  readonly podCidrs: readonly { readonly cidr: Cidr; readonly at: Span }[];
  readonly kubeletVersion?: string;
  readonly kubeProxyVersion?: string;
  readonly osImage?: string;
  readonly kernelVersion?: string;
  readonly containerRuntime?: string;
  readonly at: Span;
}

/** A Pod object as far as any dump tells it. */
export interface Pod {
  readonly namespace?: string;
  readonly name: string;
  readonly podIps: readonly Ip[];
  readonly hostIp?: Ip;
  readonly nodeName?: string;
  readonly hostNetwork?: boolean;
  readonly phase?: string;
  readonly labels?: ReadonlyMap<string, string>;
  readonly at: Span;
}

/** A range that a component of the control plane was told to use. */
export interface ClusterRange {
  readonly cidr: Cidr;
  /** `flag --cluster-cidr of kube-controller-manager`, `podSubnet`. */
  readonly from: string;
  readonly at: Span;
}

/** What the dumps say of the cluster rather than of one node. */
export interface ClusterFacts {
  readonly nodes: readonly ClusterNode[];
  readonly pods: readonly Pod[];
  /** Where all pods' addresses come from. */
  readonly podRanges: readonly ClusterRange[];
  /** Where cluster IPs come from. */
  readonly serviceRanges: readonly ClusterRange[];
}

export const noClusterFacts: ClusterFacts = { nodes: [], pods: [], podRanges: [], serviceRanges: [] };
