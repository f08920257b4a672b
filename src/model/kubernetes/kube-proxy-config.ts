import type { Span } from "../../base/span.ts";
import type { Cidr } from "../net/cidr.ts";

export interface Setting<T> {
  readonly value: T;
  readonly at: Span;
  /** `flag --cluster-cidr`, `clusterCIDR`. */
  readonly from: string;
}
/**
 * What kube-proxy was started with, as pasted. An absent setting was not given: it has kube-proxy's default, provided
 * that `whole` says all of the command line or file was pasted.
 */
export interface KubeProxyConfig {
  readonly whole: boolean;
  readonly mode?: Setting<string>;
  /** Several for dual stack; empty text given = []. */
  readonly clusterCidr?: Setting<readonly Cidr[]>;
  readonly masqueradeAll?: Setting<boolean>;
  readonly masqueradeBit?: Setting<number>;
  readonly detectLocalMode?: Setting<string>;
  readonly bridgeInterface?: Setting<string>;
  readonly interfaceNamePrefix?: Setting<string>;
  readonly nodePortAddresses?: Setting<readonly string[]>;
  readonly scheduler?: Setting<string>;
  readonly strictArp?: Setting<boolean>;
  /** `--config FILE` was given: the other flags have no effect. */
  readonly configFile?: Setting<string>;
  /** Settings that are read but not used, by name. */
  readonly other: ReadonlyMap<string, Setting<string>>;
  readonly at: Span;
}

/** Something that kube-proxy's log says of how it runs. */
export interface ProxyRemark {
  readonly about: "fallback" | "mode-unknown" | "no-cluster-cidr" | "local-mode" | "no-local-detector" | "sync-failed";
  /** The line's own words. */
  readonly text: string;
  readonly at: Span;
}
/** What kube-proxy itself said while it ran: its log, its `/proxyMode`, its image, `kube-proxy --version`. */
export interface ProxyRun {
  /** The mode it runs in, which may be another than the one asked for. */
  readonly mode?: Setting<"ipvs" | "iptables" | "nftables" | "userspace">;
  readonly version?: Setting<string>;
  readonly remarks: readonly ProxyRemark[];
}
