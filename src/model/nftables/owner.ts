import type { NftTable } from "./ruleset.ts";

const iptablesNames: readonly string[] = ["filter", "nat", "mangle", "raw", "security", "broute"];
const builtIn = /^(?:PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING|BROUTING)$/;

/**
 * Tables of iptables-nft, ip6tables-nft, ebtables-nft and arptables-nft: their names, with base chains in capitals. nft
 * prints its warning on stderr and only for tables with xt matches, so it is often not in the text.
 */
export const looksLikeIptables = (table: Pick<NftTable, "family" | "name" | "chains">): boolean =>
  table.family !== "inet" &&
  table.family !== "netdev" &&
  iptablesNames.includes(table.name) &&
  (table.chains.size === 0 || [...table.chains.keys()].some((name) => builtIn.test(name)));

const owners: readonly (readonly [string, RegExp])[] = [
  ["kube-proxy", /^kube-proxy$/],
  ["kubelet", /^kubelet$/],
  ["Calico", /^(?:calico|cali)/],
  ["Cilium", /^cilium/],
  ["firewalld", /^firewalld/],
  ["Docker", /^docker/],
  ["Podman", /^netavark|^podman/],
  ["libvirt", /^libvirt/],
  ["kube-router", /^kube-router/],
  ["Antrea", /^antrea/],
  ["OVN-Kubernetes", /^ovn-?kube/],
  ["kindnet", /^kindnet|^kube-network-policies/],
  ["fail2ban", /^f2b/],
  ["LXD", /^lxd|^incus/],
];

/** Whose table it is, by its name; undefined: nobody's that natlens knows. */
export const nftOwner = ({ name }: Pick<NftTable, "name">): string | undefined =>
  owners.find(([, pattern]) => pattern.test(name))?.[0];

/** kube-proxy's nftables mode carries Services where its table holds them (kubernetes pkg/proxy/nftables, 1.29). */
export const carriesServices = (table: NftTable): boolean =>
  table.name === "kube-proxy" &&
  (table.family === "ip" || table.family === "ip6") &&
  table.dormant !== true &&
  (!table.whole || table.sets.has("service-ips") || table.chains.has("services"));
