import { modesOf } from "../kube-proxy/mode.ts";
import { nodeAddress } from "../kube-proxy/node-address.ts";
import { chainOf } from "../kube-proxy/rule-words.ts";
import type { Family, Ip } from "../model/net/ip.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { firstFree } from "./supposed.ts";

/** Addresses kept for documentation and benchmarks: no node uses them. */
const unusedNode: Readonly<Record<Family, readonly string[]>> = {
  4: ["192.0.2.10", "198.18.0.10", "198.51.100.20"],
  6: ["2001:db8:fffd::10", "3fff:fffd::10"],
};

/**
 * The rules of iptables mode say what becomes of what comes to a node port, whatever the node's address. Where no dump shows one,
 * another stands for it, so that the question can be asked. IPVS mode serves node ports by address: there the dump of its
 * virtual servers shows it.
 */
export function withNodeStandIn(snapshot: NodeSnapshot, other?: NodeSnapshot): NodeSnapshot {
  if (snapshot.links.coverage === "whole" || !modesOf(snapshot).every((m) => m.mode === "iptables")) return snapshot;
  const found = new Map<Family, Ip>();
  for (const [family, ruleset] of snapshot.iptables) {
    if (nodeAddress(snapshot, family) !== undefined || !chainOf(ruleset, "nat", "KUBE-NODEPORTS")?.rules.length)
      continue;
    const address = firstFree(other ? [snapshot, other] : [snapshot], unusedNode[family]);
    if (address !== undefined) found.set(family, address);
  }
  return found.size > 0 ? { ...snapshot, nodeStandIn: found } : snapshot;
}
