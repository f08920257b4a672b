import type { KubeProxyConfig } from "../../model/kubernetes/kube-proxy-config.ts";
import { type Cidr, parseCidr } from "../../model/net/cidr.ts";

export type Field = Exclude<keyof KubeProxyConfig, "whole" | "other" | "at">;

/** A setting of kube-proxy. Without a field it is checked and kept, and natlens does not use it. */
export interface SettingKind {
  readonly field?: Field;
  /** Undefined: no value of this setting. */
  readonly read: (text: string) => unknown;
  /** Each mention on a command line adds to the list. */
  readonly gathers?: true;
}

const text = (value: string): string => value;
const flag = (value: string): boolean | undefined =>
  /^(?:true|t|1)$/i.test(value) ? true : /^(?:false|f|0)$/i.test(value) ? false : undefined;
const whole = (value: string): number | undefined => (/^-?\d{1,10}$/.test(value) ? Number(value) : undefined);
const real = (value: string): number | undefined => (/^\d{1,10}(?:\.\d+)?$/.test(value) ? Number(value) : undefined);
const bit = (value: string): number | undefined =>
  /^\d{1,2}$/.test(value) && Number(value) < 32 ? Number(value) : undefined;
// Go's time.ParseDuration: 1h30m, 500ms, 0
const span = (value: string): string | undefined =>
  /^(?:0|(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+)$/.test(value) ? value : undefined;
const list = (value: string): readonly string[] =>
  value
    .split(",")
    .map((v) => v.trim())
    .filter(Boolean);
const cidrs = (value: string): readonly Cidr[] | undefined => {
  // net.ParseCIDR of Go wants the prefix length
  const found = list(value).map((item) => (item.includes("/") ? parseCidr(item) : undefined));
  const good = found.filter((cidr) => cidr !== undefined);
  return good.length === found.length ? good : undefined;
};
const nodePortAddresses = (value: string): readonly string[] | undefined => {
  const items = list(value);
  return items.every((item) => item === "primary" || parseCidr(item) !== undefined) ? items : undefined;
};
const oneOf =
  (...names: readonly string[]) =>
  (value: string): string | undefined =>
    names.includes(value) ? value : undefined;

const mode: SettingKind = {
  field: "mode",
  read: oneOf("iptables", "ipvs", "nftables", "userspace", "kernelspace"),
};
const clusterCidr: SettingKind = { field: "clusterCidr", read: cidrs };
const localMode: SettingKind = {
  field: "detectLocalMode",
  read: oneOf("ClusterCIDR", "NodeCIDR", "BridgeInterface", "InterfaceNamePrefix"),
};
const nodePorts: SettingKind = { field: "nodePortAddresses", read: nodePortAddresses, gathers: true };
const plain = (read: SettingKind["read"]): SettingKind => ({ read });
const each = (read: SettingKind["read"], ...names: readonly string[]): Record<string, SettingKind> =>
  Object.fromEntries(names.map((name) => [name, plain(read)]));

/** Flags in kebab case (kube-proxy 1.9 to 1.36, `kube-proxy --help`). */
const flags: Readonly<Record<string, SettingKind>> = {
  "proxy-mode": mode,
  "cluster-cidr": clusterCidr,
  "masquerade-all": { field: "masqueradeAll", read: flag },
  "iptables-masquerade-bit": { field: "masqueradeBit", read: bit },
  "detect-local-mode": localMode,
  "pod-bridge-interface": { field: "bridgeInterface", read: text },
  "pod-interface-name-prefix": { field: "interfaceNamePrefix", read: text },
  "nodeport-addresses": nodePorts,
  "ipvs-scheduler": { field: "scheduler", read: text },
  "ipvs-strict-arp": { field: "strictArp", read: flag },
  "ipvs-exclude-cidrs": { read: cidrs, gathers: true },
  ...each(
    span,
    "config-sync-period",
    "conntrack-tcp-timeout-close-wait",
    "conntrack-tcp-timeout-established",
    "conntrack-udp-timeout",
    "conntrack-udp-timeout-stream",
    "iptables-min-sync-period",
    "iptables-sync-period",
    "ipvs-min-sync-period",
    "ipvs-sync-period",
    "ipvs-tcp-timeout",
    "ipvs-tcpfin-timeout",
    "ipvs-udp-timeout",
    "udp-timeout",
    "log-flush-frequency",
  ),
  ...each(
    flag,
    "bind-address-hard-fail",
    "cleanup",
    "cleanup-ipvs",
    "cleanup-iptables",
    "conntrack-tcp-be-liberal",
    "init-only",
    "iptables-localhost-nodeports",
    "profiling",
    "alsologtostderr",
    "logtostderr",
    "one-output",
    "skip-headers",
    "skip-log-headers",
    "add-dir-header",
  ),
  ...each(
    whole,
    "conntrack-max",
    "conntrack-max-per-core",
    "conntrack-min",
    "healthz-port",
    "metrics-port",
    "kube-api-burst",
    "oom-score-adj",
    "v",
  ),
  ...each(real, "kube-api-qps"),
  ...each(
    text,
    "bind-address",
    "feature-gates",
    "healthz-bind-address",
    "hostname-override",
    "kube-api-content-type",
    "kubeconfig",
    "master",
    "metrics-bind-address",
    "proxy-port-range",
    "resource-container",
    "show-hidden-metrics-for-version",
    "version",
    "help",
    "vmodule",
    "write-config-to",
    "stderrthreshold",
    "logging-format",
    "log-dir",
    "log-file",
    "log-file-max-size",
    "log-backtrace-at",
    "log-json-info-buffer-size",
    "log-json-split-stream",
    "log-text-info-buffer-size",
    "log-text-split-stream",
    "boot-id-file",
    "machine-id-file",
    "cloud-provider-gce-lb-src-cidrs",
    "azure-container-registry-config",
  ),
};

/** Keys of KubeProxyConfiguration v1alpha1, with their path. */
const keys: Readonly<Record<string, SettingKind>> = {
  mode,
  clusterCIDR: clusterCidr,
  detectLocalMode: localMode,
  nodePortAddresses: { field: "nodePortAddresses", read: nodePortAddresses },
  "iptables.masqueradeAll": { field: "masqueradeAll", read: flag },
  "iptables.masqueradeBit": { field: "masqueradeBit", read: bit },
  "detectLocal.bridgeInterface": { field: "bridgeInterface", read: text },
  "detectLocal.interfaceNamePrefix": { field: "interfaceNamePrefix", read: text },
  "ipvs.scheduler": { field: "scheduler", read: text },
  "ipvs.strictARP": { field: "strictArp", read: flag },
  "ipvs.excludeCIDRs": plain(cidrs),
  ...each(
    flag,
    "bindAddressHardFail",
    "enableProfiling",
    "conntrack.tcpBeLiberal",
    "iptables.localhostNodePorts",
    "nftables.masqueradeAll",
    "windowsRunAsService",
  ),
  "nftables.masqueradeBit": plain(bit),
  ...each(
    span,
    "configSyncPeriod",
    "udpIdleTimeout",
    "conntrack.tcpCloseWaitTimeout",
    "conntrack.tcpEstablishedTimeout",
    "conntrack.udpStreamTimeout",
    "conntrack.udpTimeout",
    "iptables.minSyncPeriod",
    "iptables.syncPeriod",
    "ipvs.minSyncPeriod",
    "ipvs.syncPeriod",
    "ipvs.tcpFinTimeout",
    "ipvs.tcpTimeout",
    "ipvs.udpTimeout",
    "nftables.minSyncPeriod",
    "nftables.syncPeriod",
  ),
  ...each(whole, "conntrack.maxPerCore", "conntrack.min", "oomScoreAdj"),
  ...each(
    text,
    "bindAddress",
    "healthzBindAddress",
    "hostnameOverride",
    "metricsBindAddress",
    "portRange",
    "resourceContainer",
    "showHiddenMetricsForVersion",
    "featureGates",
  ),
};
/** Parts whose keys are of no interest. */
const parts = /^(?:clientConnection|logging|winkernel|featureGates)\./;

/** Undefined: no kube-proxy that natlens knows has a setting of this name. */
export const kindOf = (name: string): SettingKind | undefined =>
  Object.hasOwn(flags, name)
    ? flags[name]
    : Object.hasOwn(keys, name)
      ? keys[name]
      : parts.test(name)
        ? plain(text)
        : undefined;
