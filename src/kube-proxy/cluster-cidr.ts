import type { Span } from "../base/span.ts";
import type { Cidr } from "../model/net/cidr.ts";
import type { Family } from "../model/net/ip.ts";
import type { Ruleset } from "../model/netfilter/ruleset.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { few } from "./mode.ts";
import { clusterIpSet, markMasq, plainSetName, services } from "./names.ts";
import { chainOf, commentOf, jumpOf, rulesIn, setsOf, type WordedRule } from "./rule-words.ts";

/** How kube-proxy's rules tell what is not a pod of this node or cluster, hence to be masqueraded towards cluster IPs. */
export type LocalDetector =
  /** `! -s CIDR` */
  | { readonly kind: "cidr"; readonly cidr: Cidr; readonly at: Span; readonly text: string }
  /** `! -i PATTERN` */
  | { readonly kind: "interface"; readonly pattern: string; readonly at: Span; readonly text: string }
  /** No test at all: everything to cluster IPs is masqueraded. */
  | { readonly kind: "masquerade-all"; readonly at: Span; readonly text: string }
  /** `KUBE-CLUSTER-IP src,dst`: no cluster CIDR is known, only what comes from a cluster IP is masqueraded. */
  | { readonly kind: "from-cluster-ip"; readonly at: Span; readonly text: string }
  /** KUBE-SERVICES is there and holds no such rule. */
  | { readonly kind: "none"; readonly at?: Span; readonly whole: boolean }
  /** kube-proxy's rules were not pasted, or were listed without -v, so that a test of the interface is not seen. */
  | { readonly kind: "unknown" };

/** Families with the detector their rules show. */
export function localDetector(snapshot: NodeSnapshot, family: Family, print: Fingerprint): LocalDetector {
  const ruleset = snapshot.iptables.get(family);
  const chain = chainOf(ruleset, "nat", services);
  if (!ruleset || !chain) return { kind: "unknown" };
  const found = (print.mode === "iptables" ? iptablesRule : ipvsRule)(ruleset);
  if (found) return read(found);
  const table = ruleset.tables.get("nat");
  const at = chain.at ?? chain.rules.at(0)?.at;
  return { kind: "none", whole: table?.state === "whole", ...(at ? { at } : {}) };
}

function read(r: WordedRule): LocalDetector {
  const { header } = r.rule;
  const base = { at: r.rule.at, text: r.text };
  if (setsOf(r).some((s) => plainSetName(s.set) === clusterIpSet && s.flags === "src,dst"))
    return { kind: "from-cluster-ip", ...base };
  if (header.source?.negated) return { kind: "cidr", cidr: header.source.is, ...base };
  if (header.in?.negated) return { kind: "interface", pattern: header.in.is, ...base };
  if (hidesDetector(r)) return { kind: "unknown" };
  return { kind: "masquerade-all", ...base };
}

/** The rule over KUBE-CLUSTER-IP that marks; in ipvs 1.8 one rule for each service instead. */
function ipvsRule(ruleset: Ruleset): WordedRule | undefined {
  for (const r of rulesIn(ruleset, "nat", services)) {
    if (jumpOf(r) !== markMasq) continue;
    if (setsOf(r).some((s) => plainSetName(s.set) === clusterIpSet && !s.negated)) return r;
    if (commentOf(r)?.endsWith(" cluster IP")) return r;
  }
  return undefined;
}

/** `"… cluster IP" … -j KUBE-MARK-MASQ` in KUBE-SERVICES up to 1.21, in KUBE-SVC- chains since. */
function iptablesRule(ruleset: Ruleset): WordedRule | undefined {
  const marks = (r: WordedRule): boolean => jumpOf(r) === markMasq && (commentOf(r)?.endsWith(" cluster IP") ?? false);
  for (const r of few(rulesIn(ruleset, "nat", services), 1000)) if (marks(r)) return r;
  const chains = [...(ruleset.tables.get("nat")?.chains.keys() ?? [])].filter(
    (c) => c.startsWith("KUBE-SVC-") || c.startsWith("KUBE-SVL-"),
  );
  for (const chain of few(chains, 200)) for (const r of few(rulesIn(ruleset, "nat", chain), 3)) if (marks(r)) return r;
  return undefined;
}

/**
 * Such a rule of a listing without -v may hide `! -i PATTERN` (--detect-local-mode=BridgeInterface or InterfaceNamePrefix): it marks for
 * masquerading what goes to cluster IPs, and shows no test of where it comes from.
 */
export function hidesDetector(r: WordedRule): boolean {
  const { chain, header, hidden } = r.rule;
  const forClusterIps = chain === services || chain.startsWith("KUBE-SVC-") || chain.startsWith("KUBE-SVL-");
  return (
    hidden?.includes("interfaces") === true &&
    forClusterIps &&
    jumpOf(r) === markMasq &&
    header.source === undefined &&
    setsOf(r).every((s) => plainSetName(s.set) === clusterIpSet && !s.flags.startsWith("src"))
  );
}
