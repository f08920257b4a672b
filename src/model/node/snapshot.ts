import type { SourceText } from "../../base/source.ts";
import type { Span } from "../../base/span.ts";
import type { IpSet } from "../ipset/set.ts";
import type { MarkServer, VirtualServer } from "../ipvs/virtual-server.ts";
import { type ClusterFacts, noClusterFacts } from "../kubernetes/cluster.ts";
import type { KubeProxyConfig, ProxyRun } from "../kubernetes/kube-proxy-config.ts";
import type { Endpoint, NoEndpoints, Service } from "../kubernetes/service.ts";
import type { Family, Ip } from "../net/ip.ts";
import type { Ruleset } from "../netfilter/ruleset.ts";
import type { NftTable } from "../nftables/ruleset.ts";
import type { Link } from "../routing/link.ts";
import type { Route, RoutingRule } from "../routing/route.ts";
import type { CapturedPacket, Connections, LoggedPacket } from "./observation.ts";
import { noSystemFacts, type SystemFacts } from "./system.ts";

/** whole: all there is; partial: some lines of it, absence proves nothing; absent: not pasted. */
export type Coverage = "whole" | "partial" | "absent";

/**
 * Everything known about one node, as values, each part with how much of it was pasted. A part borrowed from the other
 * side is listed in `borrowed`.
 */
export interface NodeSnapshot {
  readonly sources: ReadonlyMap<string, SourceText>;
  readonly iptables: ReadonlyMap<Family, Ruleset>;
  readonly sets: { readonly coverage: Coverage; readonly byName: ReadonlyMap<string, IpSet> };
  readonly ipvs: {
    readonly coverage: Coverage;
    readonly servers: readonly VirtualServer[];
    readonly markServers: readonly MarkServer[];
  };
  readonly links: { readonly coverage: Coverage; readonly list: readonly Link[] };
  /** Coverage by routing table name, `main`, `local` …; a table that is not listed was not pasted. */
  readonly routes: { readonly coverage: ReadonlyMap<string, Coverage>; readonly list: readonly Route[] };
  /** Routes of the other node that was pasted: they tell where pods are. */
  readonly otherRoutes?: readonly Route[];
  /** What `ip route get` answered: what the kernel did with one destination, no table. */
  readonly routeAnswers: readonly Route[];
  readonly rules: { readonly coverage: Coverage; readonly list: readonly RoutingRule[] };
  /** By full key, `net.ipv4.ip_forward`; interface names with dots as in the key. */
  readonly sysctls: ReadonlyMap<string, { readonly value: string; readonly at: Span }>;
  readonly kubeProxy?: KubeProxyConfig;
  readonly proxyRun?: ProxyRun;
  readonly services: { readonly coverage: Coverage; readonly list: readonly Service[] };
  readonly endpoints: {
    readonly coverage: Coverage;
    readonly list: readonly Endpoint[];
    readonly none: readonly NoEndpoints[];
  };
  /** Nodes, pods and ranges of the cluster, as kubectl and the control plane tell them. */
  readonly cluster: ClusterFacts;
  readonly captures: readonly CapturedPacket[];
  readonly logs: readonly LoggedPacket[];
  /** Tables of connections, one for each dump of them. */
  readonly connections: readonly Connections[];
  /** `uname`'s release, e.g. `6.1.0-56-cloud-amd64`. */
  readonly kernel?: { readonly release: string; readonly at: Span };
  /** Tables of `nft list ruleset`; those that iptables-nft owns are not what they look like. Not evaluated. */
  readonly nftables: { readonly coverage: Coverage; readonly tables: readonly NftTable[] };
  /**
   * Another dataplane was seen that carries Services (nftables mode, eBPF): name, evidence, the command that shows its
   * Services; `only`: it carries those of the node's pods, kube-proxy the rest.
   */
  readonly otherDataplane?: {
    readonly name: string;
    readonly at: Span;
    readonly look?: string;
    readonly only?: "pods";
  };
  readonly system: SystemFacts;
  readonly borrowed: readonly BorrowedPart[];
  /** What stands for the node's own address where no dump shows one. */
  readonly nodeStandIn?: ReadonlyMap<Family, Ip>;
}

export type BorrowedPart = "ipvs" | "service-addresses" | "services" | "sets";

export const emptySnapshot: NodeSnapshot = {
  sources: new Map(),
  iptables: new Map(),
  sets: { coverage: "absent", byName: new Map() },
  ipvs: { coverage: "absent", servers: [], markServers: [] },
  links: { coverage: "absent", list: [] },
  routes: { coverage: new Map(), list: [] },
  routeAnswers: [],
  rules: { coverage: "absent", list: [] },
  sysctls: new Map(),
  services: { coverage: "absent", list: [] },
  endpoints: { coverage: "absent", list: [], none: [] },
  cluster: noClusterFacts,
  captures: [],
  logs: [],
  nftables: { coverage: "absent", tables: [] },
  connections: [],
  system: noSystemFacts,
  borrowed: [],
};
