/** What the intake says natlens reads: the formats behind each entry are those of the registry (a test compares). */
export interface Reads {
  readonly says: string;
  readonly formats: readonly string[];
}

export const reads: readonly Reads[] = [
  { says: "iptables-save, iptables -S", formats: ["iptables-save"] },
  { says: "ipset save, list", formats: ["ipset-save", "ipset-list"] },
  { says: "ipvsadm -S, -L", formats: ["ipvsadm-save", "ipvsadm-list"] },
  { says: "ip addr, route, rule", formats: ["ip-addr", "ip-route", "ip-rule"] },
  { says: "sysctl -a", formats: ["sysctl"] },
  { says: "uname -a", formats: ["uname"] },
  { says: "kube-proxy flags, config", formats: ["kube-proxy-flags", "kube-proxy-config"] },
  { says: "kubectl get svc, endpoints, endpointslices, cm", formats: ["kubectl-get"] },
  { says: "tcpdump", formats: ["tcpdump"] },
  { says: "kernel LOG, TRACE", formats: ["netfilter-log"] },
];

/** Told apart from everything else, and not used yet. */
export const recognised: readonly Reads[] = [
  { says: "nft list ruleset", formats: ["nft-list"] },
  { says: "conntrack -L", formats: ["conntrack-list"] },
  { says: "cilium status", formats: ["cilium-status"] },
];
