import type { NodeSnapshot } from "../model/node/snapshot.ts";

const names: Readonly<Record<string, string>> = {
  nftables: "kube-proxy's nftables mode",
  userspace: "kube-proxy's userspace mode",
};

/**
 * Where kube-proxy runs in a mode that natlens does not follow, iptables and IPVS dumps say nothing of Services. Its own
 * word counts before what it was asked for, and rules and virtual servers before either: it may have fallen back.
 */
export function dataplaneOf(node: NodeSnapshot): NodeSnapshot["otherDataplane"] {
  if (node.otherDataplane) return node.otherDataplane;
  const mode = node.proxyRun?.mode ?? node.kubeProxy?.mode;
  const name = mode && Object.hasOwn(names, mode.value) ? names[mode.value] : undefined;
  if (!mode || name === undefined || carriesServices(node)) return undefined;
  return { name, at: mode.at };
}

/** Virtual servers, or chains of single Services: kube-proxy of ipvs or iptables mode wrote them. */
const carriesServices = (node: NodeSnapshot): boolean =>
  node.ipvs.servers.length > 0 ||
  [...node.iptables.values()].some((ruleset) =>
    [...(ruleset.tables.get("nat")?.chains.keys() ?? [])].some((chain) => /^KUBE-(?:SVC|SEP|SVL)-/.test(chain)),
  );
