import { words } from "../../base/words.ts";
import { podRangesOf } from "../../kube-proxy/pod-routes.ts";
import { type Cidr, cidrCovers, cidrHas, cidrsMeet } from "../../model/net/cidr.ts";
import { type Family, familyOf, type Ip, parseIp } from "../../model/net/ip.ts";
import { isSymbolic } from "../../model/net/symbolic.ts";
import { type Rule, rulesOf } from "../../model/netfilter/rule.ts";
import type { Chain } from "../../model/netfilter/ruleset.ts";
import { coversServices, podSubnets } from "../flows.ts";
import { type Probe, probe } from "../probe.ts";
import type { Side } from "../side.ts";
import { rulesAt } from "./ending.ts";

/** Pods that go out of the cluster, or to each other, past kube-proxy. */

/** Well-known resolvers of the Internet: outside of any cluster. Ranges for documentation are not, for masquerade agents spare them. */
const outsiders: Readonly<Record<Family, readonly string[]>> = {
  4: ["8.8.8.8", "1.1.1.1", "9.9.9.9"],
  6: ["2001:4860:4860::8888", "2606:4700:4700::1111"],
};

/** An address outside, for which this node has no route but the default one. */
export function outsideOf(side: Side, family: Family): Ip | undefined {
  const { routes, links } = side.snapshot;
  return outsiders[family]
    .flatMap((text) => parseIp(text) ?? [])
    .find(
      (ip) =>
        !routes.list.some((r) => r.to.mask !== 0n && cidrHas(r.to, ip)) &&
        !links.list.some((l) => l.addresses.some((a) => a.address === ip)),
    );
}

/** A pod of this node to the outside, where nobody routes pods' addresses back. */
export function toOutside(side: Side, family: Family): Probe | undefined {
  const to = outsideOf(side, family);
  if (to === undefined || !side.paths.has(family)) return undefined;
  const world: Side["world"] = {
    ...side.world,
    guess: (question) =>
      question.ask === "pod-unrouted"
        ? {
            answer: true,
            about: words(
              "Nobody outside the cluster sends answers to pods' addresses back to their node.",
              "集群之外没有人会把发往 Pod 地址的回包送回其节点。",
            ),
            because: words(
              "Pods are masqueraded on their way out where no network outside knows them.",
              "外部网络不认识 Pod 地址时，Pod 出集群才需要做 MASQUERADE。",
            ),
            settledBy: "ip route get POD_IP   # on the router outside",
          }
        : side.world.guess(question),
  };
  return probe({ ...side, world }, { from: "pod", to, port: 443, proto: "tcp" });
}

/** It left with the pod's own address. */
export const leavesAsPod = (p: Probe): boolean =>
  p.simulation.outcome === "reply-lost" && p.trace.ending.reason === "pod-address-outside";

/** The rule outside kube-proxy's chains that replaced the source, if one did. */
export function foreignMasquerade(p: Probe): Rule | undefined {
  for (const step of p.trace.steps)
    if (
      step.kind === "rule" &&
      step.direction === "original" &&
      step.place.hook === "POSTROUTING" &&
      step.place.table === "nat" &&
      (step.target === "MASQUERADE" || step.target === "SNAT") &&
      !step.place.chain.startsWith("KUBE-")
    )
      return rulesAt(p, step.place, familyOf(p.flow.to));
  return undefined;
}

/** `-s RANGE ! -o docker0 -j MASQUERADE`: a container engine's, for its own bridge or one made with `docker network create`. */
export const isEngines = ({ chain, header: { source, out } }: Rule): boolean =>
  chain === "POSTROUTING" && source?.negated === false && out?.negated === true && /^(docker|br-)/.test(out.is);

/** ip-masq-agent's chain, and that of Google's variant. */
export const isAgents = ({ chain }: Pick<Rule, "chain">): boolean => /^IP-MASQ(-AGENT)?$/.test(chain);

/** The rule of the masquerade agent that let the packet go as it is. */
export function sparedByAgent(p: Probe): Rule | undefined {
  for (const step of p.trace.steps)
    if (
      step.kind === "rule" &&
      step.direction === "original" &&
      step.place.table === "nat" &&
      isAgents(step.place) &&
      (step.verdict === "RETURN" || step.verdict === "ACCEPT")
    )
      return rulesAt(p, step.place, familyOf(p.flow.to));
  return undefined;
}

/** Chains of table nat that are neither kube-proxy's nor the kernel's own. */
export function* foreignChains(side: Side, family: Family): Generator<Chain> {
  const nat = side.snapshot.iptables.get(family)?.tables.get("nat");
  for (const [name, chain] of nat?.chains ?? [])
    if (!name.startsWith("KUBE-") && !/^(PREROUTING|INPUT|OUTPUT|DOCKER)/.test(name)) yield chain;
}

/** Rules of the chains above that masquerade, or spare from it, what pods send. */
export function* podRules(side: Side, family: Family, pods: readonly Cidr[]): Generator<Rule> {
  for (const chain of foreignChains(side, family))
    for (const rule of rulesOf(chain.rules)) {
      const { source } = rule.header;
      if (source && pods.some((c) => cidrsMeet(c, source.is))) yield rule;
    }
}

/** Where this node's pods are, then where all are. */
export function podRangesFor(side: Side, family: Family): readonly Cidr[] {
  const own = podSubnets(side, family);
  const all = podRangesOf(side.snapshot, family).filter((c) => !coversServices(side, c));
  return [...own, ...all.filter((c) => own.every((o) => cidrCovers(c, o)))];
}

/** The request goes on to a pod: its address lies in a range of pods. */
export function reachesPod(side: Side, p: Probe): boolean {
  const family = familyOf(p.flow.to);
  const to = p.trace.summary.dnatTo?.address;
  return to !== undefined && !isSymbolic(to) && podRangesFor(side, family).some((c) => cidrHas(c, to));
}
