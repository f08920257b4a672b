import { prefixLength } from "../model/net/cidr.ts";
import { bitsOf, type Family, fromValue, type Ip } from "../model/net/ip.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { services } from "./names.ts";
import { jumpOf, rulesIn } from "./rule-words.ts";

/** The node's own address: first global one of a device that is not kube-proxy's, a bridge's or a tunnel's. */
export function nodeAddress(snapshot: NodeSnapshot, family: Family): Ip | undefined {
  const viaDefault = snapshot.routes.list.find((r) => r.to.family === family && r.to.mask === 0n && r.table === "main")
    ?.hops[0]?.dev;
  const foreign =
    /^(lo|kube-|docker|cni|veth|cali|flannel|tunl|nodelocaldns|br-|virbr|lxc|dummy|vxlan|weave|kube-bridge)/;
  const links = snapshot.links.list.filter(
    (link) => link.name === viaDefault || (viaDefault === undefined && !foreign.test(link.name)),
  );
  for (const link of links)
    for (const a of link.addresses)
      if (!a.secondary && a.scope === "global" && (family === 6) === a.address.includes(":")) return a.address;
  return undefined;
}

/**
 * Where a node port is asked for: an address that kube-proxy's own rules name (`--nodeport-addresses`), else the node's own, else
 * what stands for it.
 */
export function nodePortAddress(snapshot: NodeSnapshot, family: Family): Ip | undefined {
  const named: Ip[] = [];
  for (const r of rulesIn(snapshot.iptables.get(family), "nat", services)) {
    const to = r.rule.header.destination;
    if (jumpOf(r) === "KUBE-NODEPORTS" && to && !to.negated && prefixLength(to.is) === bitsOf(family))
      named.push(fromValue(family, to.is.base));
  }
  const own = nodeAddress(snapshot, family);
  if (named.length > 0) return own !== undefined && named.includes(own) ? own : named.find(isOutside);
  return own ?? snapshot.nodeStandIn?.get(family);
}

const isOutside = (address: Ip): boolean => !address.startsWith("127.") && address !== "::1";
