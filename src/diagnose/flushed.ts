import { words } from "../base/words.ts";
import { fingerprint } from "../kube-proxy/fingerprint.ts";
import { services as servicesChain } from "../kube-proxy/names.ts";
import { chainOf } from "../kube-proxy/rule-words.ts";
import { type KnownService, servicesOf } from "../kube-proxy/services.ts";
import { type Family, familyOf } from "../model/net/ip.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import type { Assumption } from "../simulate/trace.ts";
import type { SideName } from "./finding.ts";

/** kube-proxy of iptables mode was here, and the nat table, pasted whole, holds no rule of its KUBE-SERVICES any more. */
export function isFlushed(snapshot: NodeSnapshot, family: Family): boolean {
  const ruleset = snapshot.iptables.get(family);
  return (
    !snapshot.otherDataplane &&
    ruleset?.tables.get("nat")?.state === "whole" &&
    !chainOf(ruleset, "nat", servicesChain)?.rules.length &&
    (onlyIptables(snapshot) || (fingerprint(snapshot).modes.length === 0 && hasFilterChain(snapshot, family)))
  );
}

function onlyIptables(snapshot: NodeSnapshot): boolean {
  const { modes } = fingerprint(snapshot);
  return modes.length > 0 && modes.every((m) => m.mode === "iptables");
}

/** A chain of table filter that kube-proxy makes in iptables mode only (1.10 and later). */
const hasFilterChain = ({ iptables }: NodeSnapshot, family: Family): boolean =>
  chainOf(iptables.get(family), "filter", "KUBE-EXTERNAL-SERVICES") !== undefined;

/** A node whose rules are gone shows no Service: it is asked for those of the other one. */
export function servicesOfOther(snapshot: NodeSnapshot, other: NodeSnapshot): readonly KnownService[] {
  const families = ([4, 6] as const).filter((family) => isFlushed(snapshot, family));
  if (families.length === 0 || !onlyIptables(other)) return [];
  return servicesOf(other).filter((s) => s.kind === "cluster-ip" && families.includes(familyOf(s.address)));
}

export const otherServes = (name: SideName): Assumption => ({
  id: `borrowed:${name}:served`,
  about: words(`The ${name} node is to serve what the other one serves.`, "本节点应当提供另一节点所提供的 Service。"),
  because: words("Its own rules show no Service any more.", "它自己的规则中已看不到任何 Service。"),
  settledBy: "kubectl get services --all-namespaces -o wide",
});
