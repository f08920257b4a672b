import { type Ip, parseIp } from "../model/net/ip.ts";
import type { Rule } from "../model/netfilter/rule.ts";
import type { Ruleset } from "../model/netfilter/ruleset.ts";
import { destinationPortOf, dnatOf, jumpOf, rulesIn, type WordedRule } from "./rule-words.ts";

/*
 * Host ports of pods. The portmap plugin (containernetworking/plugins, plugins/meta/portmap/portmap.go):
 *   -A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
 *   -A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \"cbr0\" id: \"4c0e…\"" -m multiport --dports 80,443 -j CNI-DN-3f2a…
 *   -A CNI-DN-3f2a… -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.244.1.9:8443
 * and the kubelet with dockershim, or CRI-O (pkg/kubelet/dockershim/network/hostport):
 *   -A PREROUTING -m comment --comment "kube hostport portals" -m addrtype --dst-type LOCAL -j KUBE-HOSTPORTS
 *   -A KUBE-HOSTPORTS -p tcp -m comment --comment "web_default hostport 80" -m tcp --dport 80 -j KUBE-HP-3F2A…
 *   -A KUBE-HP-3F2A… -p tcp -m comment --comment "…" -m tcp -j DNAT --to-destination 10.244.1.9:8080
 */
const toplevel: readonly string[] = ["CNI-HOSTPORT-DNAT", "KUBE-HOSTPORTS"];
const ofPod = /^(?:CNI-DN-|KUBE-HP-)/;

export const isHostPortChain = (chain: string): boolean => toplevel.includes(chain) || ofPod.test(chain);

export interface HostPort {
  readonly proto: "tcp" | "udp" | "sctp";
  readonly port: number;
  readonly pod: Ip;
  /** What the packet must be besides: a host address, an interface. */
  readonly only: string;
  /** The rule that leads to the pod's chain, and the one that translates. */
  readonly entry: Rule;
  readonly dnat: Rule;
}

/** In the order in which packets meet them. */
export function* hostPorts(ruleset: Ruleset): Generator<HostPort> {
  for (const top of toplevel)
    for (const entry of rulesIn(ruleset, "nat", top)) {
      const chain = jumpOf(entry);
      if (chain === undefined || !ofPod.test(chain)) continue;
      for (const r of rulesIn(ruleset, "nat", chain)) {
        const found = translated(entry, r);
        if (found) yield { ...found, entry: entry.rule, dnat: r.rule };
      }
    }
}

function translated(entry: WordedRule, r: WordedRule): Pick<HostPort, "proto" | "port" | "pod" | "only"> | undefined {
  const to = jumpOf(r) === "DNAT" ? dnatOf(r) : undefined;
  const pod = to === undefined ? undefined : parseIp(to.replace(/^\[(.*)\]:\d+$|^([\d.]+):\d+$/, "$1$2"));
  const proto = r.rule.header.proto?.is ?? entry.rule.header.proto?.is;
  const port = destinationPortOf(r) ?? destinationPortOf(entry);
  if (pod === undefined || port === undefined || (proto !== "tcp" && proto !== "udp" && proto !== "sctp"))
    return undefined;
  const at = r.words.indexOf("-d");
  return { proto, port, pod, only: at === -1 ? "" : (r.words[at + 1] ?? "") };
}

/** Rules by which the hooks lead to host ports. */
export function* hostPortJumps(ruleset: Ruleset): Generator<Rule> {
  for (const hook of ["PREROUTING", "OUTPUT"])
    for (const r of rulesIn(ruleset, "nat", hook)) if (toplevel.includes(jumpOf(r) ?? "")) yield r.rule;
}
