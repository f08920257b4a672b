import type { Family } from "../model/net/ip.ts";
import type { Ruleset } from "../model/netfilter/ruleset.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";

/** Names that kube-proxy gives to what it writes. */
export const services = "KUBE-SERVICES";
export const markMasq = "KUBE-MARK-MASQ";
export const postrouting = "KUBE-POSTROUTING";
export const ipvsDevice = "kube-ipvs0";
export const clusterIpSet = "KUBE-CLUSTER-IP";
/** `--iptables-masquerade-bit` 14, the default of kube-proxy and kubelet. */
export const defaultMark = 0x4000;
/** The default of the API server's `--service-node-port-range`. */
export const nodePortRange: readonly [number, number] = [30000, 32767];

/** Sets of the IPv6 half are called `KUBE-6-…` since dual stack, cut at 31 characters; this takes the `6-` out. */
export const plainSetName = (name: string): string => (name.startsWith("KUBE-6-") ? `KUBE-${name.slice(7)}` : name);
export const setNameFor = (name: string, family: Family, names: ReadonlySet<string>): string => {
  if (family === 4) return name;
  const six = name.replace(/^KUBE-/, "KUBE-6-").slice(0, 31);
  return names.has(six) || !names.has(name) ? six : name;
};

export const familiesOf = (snapshot: NodeSnapshot): readonly Ruleset[] => [...snapshot.iptables.values()];
