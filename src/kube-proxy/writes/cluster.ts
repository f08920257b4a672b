import type { Family, Ip } from "../../model/net/ip.ts";
import type { ServiceProto } from "../services.ts";
import type { Version } from "../version.ts";

export interface ServedEndpoint {
  readonly address: Ip;
  readonly port: number;
  /** A pod of the node whose rules are written. */
  readonly onNode: boolean;
}

/** One port of one Service in one family, with its endpoints, as kube-proxy sees it (proxy.ServicePort). */
export interface ServedPort {
  readonly namespace: string;
  readonly name: string;
  /** Absent where the port has no name. */
  readonly portName?: string;
  readonly proto: ServiceProto;
  readonly clusterIp: Ip;
  readonly port: number;
  readonly nodePort?: number;
  readonly externalIps?: readonly Ip[];
  readonly loadBalancerIps?: readonly Ip[];
  /** loadBalancerSourceRanges, as CIDR text; none: everybody. */
  readonly sourceRanges?: readonly string[];
  /** externalTrafficPolicy Local. */
  readonly externalLocal?: boolean;
  /** internalTrafficPolicy Local (1.22 and later). */
  readonly internalLocal?: boolean;
  /** sessionAffinity ClientIP, in seconds. */
  readonly affinity?: number;
  readonly healthCheckNodePort?: number;
  readonly endpoints: readonly ServedEndpoint[];
}

/** How kube-proxy tells the node's own pods from everybody else (`--detect-local-mode`, `--cluster-cidr`). */
export type LocalTest =
  | { readonly kind: "source"; readonly cidr: string }
  /** BridgeInterface (`cni0`) and InterfaceNamePrefix (`cali+`), 1.24 and later. */
  | { readonly kind: "interface"; readonly pattern: string }
  | { readonly kind: "none" };

/** One kube-proxy of one node: all that decides which rules it writes. */
export interface Proxier {
  readonly version: Version;
  readonly family: Family;
  readonly local: LocalTest;
  readonly masqueradeAll: boolean;
  /** `1 << --iptables-masquerade-bit`. */
  readonly mark: number;
  /** iptables on the node knows `--random-fully` (1.6.2 and later). */
  readonly randomFully: boolean;
  /** Addresses on which node ports are served; the first is the node's own (`--bind-address`, node IP). */
  readonly nodeAddresses: readonly Ip[];
  /** `--nodeport-addresses` was given: iptables mode then writes a rule for each address. */
  readonly nodePortsByAddress: boolean;
  /** `--iptables-localhost-nodeports`, 1.26 and later. */
  readonly localhostNodePorts: boolean;
  readonly scheduler: string;
  /** nf_conntrack_tcp_be_liberal is 1: no rule drops invalid packets (1.29 and later). */
  readonly beLiberal: boolean;
  /** The kubelet of the node; it writes chains of its own up to 1.26. */
  readonly kubelet?: Version;
}

/** Rules by chain, in the order of the kernel; a chain without rules is there too. Rules are the text after `-A CHAIN `. */
export type WrittenTable = Map<string, string[]>;

/** What one kube-proxy (and the kubelet beside it) leaves on its node, in the spelling of the tools' save commands. */
export interface Written {
  readonly nat: WrittenTable;
  readonly filter: WrittenTable;
  readonly mangle: WrittenTable;
  /** IPVS mode: sets by name, in the order of their creation. */
  readonly sets: readonly WrittenSet[];
  /** IPVS mode: lines of `ipvsadm -S -n`. */
  readonly virtualServers: readonly string[];
  /** IPVS mode: addresses bound to kube-ipvs0. */
  readonly bound: readonly Ip[];
}

export interface WrittenSet {
  readonly name: string;
  /** Type and options as `ipset save` prints them. */
  readonly type: string;
  readonly entries: readonly string[];
}
