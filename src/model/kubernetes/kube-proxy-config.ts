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
  readonly version?: Setting<string>;
  readonly at: Span;
}
