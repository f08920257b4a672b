import type { Span } from "../base/span.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";

interface Named {
  readonly name: string;
  /** Command that shows its Services. */
  readonly look: string;
}

interface Kind extends Named {
  /** A device that only lives with it. */
  readonly device: RegExp;
  /** A chain of its own. */
  readonly chain: RegExp;
  /** What of Services it carries on nodes where kube-proxy's rules for them are, too. */
  readonly besideKubeProxy: "all" | "pods" | "nothing";
  /** What it needs of kube-proxy where that has no rules: nothing, or that for all but pods. */
  readonly alone: "all" | "pods";
  /** A device that shows that it has pods: chains and devices of it stay behind where it was taken away. */
  readonly live?: RegExp;
}

const kinds: readonly Kind[] = [
  {
    name: "Cilium (eBPF)",
    look: "kubectl -n kube-system exec ds/cilium -- cilium-dbg service list",
    device: /^cilium_host$/,
    chain: /^(?:OLD_)?CILIUM_/,
    live: /^lxc/,
    // of a pod's packets the program at its interface translates cluster IPs, whoever else does
    besideKubeProxy: "pods",
    alone: "all",
  },
  {
    name: "Calico (eBPF)",
    look: "kubectl -n calico-system exec ds/calico-node -- calico-node -bpf nat dump",
    device: /^bpf(?:in|out)\.cali$/,
    chain: /^$/,
    besideKubeProxy: "all",
    alone: "all",
  },
  {
    name: "OVN-Kubernetes",
    look: "kubectl -n ovn-kubernetes exec ds/ovnkube-node -c nb-ovsdb -- ovn-nbctl lb-list",
    device: /^ovn-k8s-mp\d+$/,
    chain: /^OVN-KUBE-/,
    besideKubeProxy: "pods",
    alone: "all",
  },
  {
    name: "Kube-OVN",
    look: "kubectl ko nbctl lb-list",
    device: /^ovn0$/,
    chain: /^OVN-(?:PREROUTING|POSTROUTING|MASQUERADE)$/,
    besideKubeProxy: "pods",
    alone: "pods",
  },
  {
    name: "Antrea (Open vSwitch)",
    look: "kubectl -n kube-system exec ds/antrea-agent -c antrea-agent -- antctl get proxy",
    device: /^antrea-gw0$/,
    chain: /^ANTREA-/,
    besideKubeProxy: "pods",
    alone: "all",
  },
  {
    name: "kube-router",
    look: "kubectl -n kube-system logs ds/kube-router",
    device: /^kube-dummy-if$/,
    chain: /^KUBE-ROUTER-SERVICES$/,
    besideKubeProxy: "nothing",
    alone: "all",
  },
];

/** A chain of any of them: a large dump's thousands of chains are gone through once. */
const ofAny = new RegExp(kinds.map(({ chain }) => chain.source).join("|"));

const modes: Readonly<Record<"nftables" | "userspace", Named>> = {
  nftables: { name: "kube-proxy's nftables mode", look: "nft list table ip kube-proxy" },
  userspace: { name: "kube-proxy's userspace mode", look: "iptables-save -t nat; ss -lntup" },
};

/**
 * Who carries Services on a node in a way that natlens does not follow; there iptables and IPVS dumps say nothing of
 * them. Of kube-proxy itself its own word counts before what it was asked for, and rules and virtual servers before
 * either: it may have fallen back.
 */
export function dataplaneOf(node: NodeSnapshot): NodeSnapshot["otherDataplane"] {
  const told = node.otherDataplane;
  if (told) {
    const look = [...kinds, ...Object.values(modes)].find((kind) => kind.name === told.name)?.look;
    return look === undefined ? told : { ...told, look };
  }
  const carries = kubeProxyCarries(node);
  const chains = [...chainsNamed(node, ofAny)];
  for (const kind of kinds) {
    const at = seen(node, kind, chains);
    const what = carries ? kind.besideKubeProxy : kind.alone;
    if (at && what !== "nothing" && (carries || showsRules(node)))
      return { name: kind.name, look: kind.look, at, ...(what === "pods" ? { only: "pods" } : {}) };
  }
  if (carries) return undefined;
  const [portals] = chainsNamed(node, /^KUBE-PORTALS-(?:CONTAINER|HOST)$/);
  if (portals) return { ...modes.userspace, at: portals.at };
  const mode = node.proxyRun?.mode ?? node.kubeProxy?.mode;
  if (mode?.value !== "nftables" && mode?.value !== "userspace") return undefined;
  return { ...modes[mode.value], at: mode.at };
}

/** Its device, where devices were pasted; else a chain of its own. */
function seen({ links }: NodeSnapshot, { device, chain, live }: Kind, chains: readonly ChainAt[]): Span | undefined {
  const { coverage, list } = links;
  const found = list.find((link) => device.test(link.name));
  if (coverage === "whole") {
    if (live && !list.some((link) => live.test(link.name))) return undefined;
    return found?.at;
  }
  return found?.at ?? chains.find(({ name }) => chain.test(name))?.at;
}

interface ChainAt {
  readonly name: string;
  readonly at: Span;
}

function* chainsNamed({ iptables }: NodeSnapshot, wanted: RegExp): Generator<ChainAt> {
  for (const ruleset of iptables.values())
    for (const table of ruleset.tables.values())
      for (const name of table.chains.keys()) {
        const chain = wanted.test(name) ? table.chains.get(name) : undefined;
        const at = chain?.at ?? chain?.rules.at(0)?.at;
        if (at) yield { name, at };
      }
}

/** The nat table was pasted whole, so that Services missing from it are missing. */
const showsRules = ({ iptables }: NodeSnapshot): boolean =>
  [...iptables.values()].some((ruleset) => ruleset.tables.get("nat")?.state === "whole");

/** Virtual servers, or chains of single Services: kube-proxy of ipvs or iptables mode wrote them. */
const kubeProxyCarries = (node: NodeSnapshot): boolean =>
  (node.ipvs.servers.length > 0 && !node.links.list.some((link) => link.name === "kube-dummy-if")) ||
  hasServiceChains(node);

function hasServiceChains({ iptables }: NodeSnapshot): boolean {
  for (const { tables } of iptables.values())
    for (const chain of tables.get("nat")?.chains.keys() ?? []) if (/^KUBE-(?:SVC|SEP|SVL)-/.test(chain)) return true;
  return false;
}
