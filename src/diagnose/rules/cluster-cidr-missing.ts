/*
 * What it finds: in IPVS mode, a process of the node cannot open a connection to a cluster IP because kube-proxy, which
 *   was told neither a cluster CIDR nor to masquerade all, wrote no rule that marks such traffic.
 * Why traffic breaks: the cluster IP is local on kube-ipvs0, so the kernel takes it as the source too. IPVS rewrites the
 *   destination only. Unmarked, the packet is not masqueraded and leaves with the cluster IP as source; the answer goes
 *   to an address that nobody outside routes.
 * How sure: the fallback rule (`KUBE-CLUSTER-IP src,dst`) exists since 1.11.1, so a newer kube-proxy without any rule
 *   has another defect (mark-rule-missing), and one with the fallback is healthy. Only flows that fail in the
 *   simulation, and work once the rule is put into the model, count. A table that was not pasted whole leaves a doubt.
 * Fix: --cluster-cidr with the range of the pods; not with the Service range, which leaves out just these packets.
 * References: kubernetes issues 63241, 63985, 65158; PRs 63319, 65388; pkg/proxy/ipvs/proxier.go 1.8 to 1.36.
 */
import { words } from "../../base/words.ts";
import { writesFallback } from "../../kube-proxy/fingerprint.ts";
import { services } from "../../kube-proxy/names.ts";
import { chainOf, rulesIn } from "../../kube-proxy/rule-words.ts";
import { type Family, familyOf } from "../../model/net/ip.ts";
import { sideWords } from "../borrow.ts";
import type { Evidence } from "../finding.ts";
import { toolFor } from "../fix/commands.ts";
import type { Side } from "../side.ts";
import { cidrRemedies, serviceRangeMisstep } from "./cluster-cidr-remedies.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import {
  absenceCounts,
  entered,
  flowText,
  isTracked,
  keepsServiceAddress,
  ledToMark,
  pathEvidence,
} from "./unmarked.ts";

/** The configuration, as far as it was pasted, says that a cluster CIDR or masquerade-all is in effect. */
export function isConfigured(side: Side): boolean {
  const config = side.snapshot.kubeProxy;
  if (!config) return false;
  return (config.clusterCidr?.value.length ?? 0) > 0 || config.masqueradeAll?.value === true;
}

/** Up to 1.8, kube-proxy makes the jumps only together with a rule that marks; later their absence is another defect. */
export function isBare18(side: Side, family: Family): boolean {
  const ruleset = side.snapshot.iptables.get(family);
  if (!chainOf(ruleset, "nat", "KUBE-MARK-MASQ") && !chainOf(ruleset, "nat", "KUBE-POSTROUTING")) return false;
  if (side.snapshot.sets.byName.size > 0) return false;
  for (const chain of [services, "KUBE-POSTROUTING", "KUBE-NODE-PORT", "KUBE-FIRE-WALL"])
    for (const r of rulesIn(ruleset, "nat", chain)) if (r.words.includes("--match-set")) return false;
  const foreign = ["KUBE-NODE-PORT", "KUBE-LOAD-BALANCER", "KUBE-FIRE-WALL"].some((name) =>
    chainOf(ruleset, "nat", name),
  );
  return !foreign && side.paths.get(family)?.jumps.every((j) => j.chain !== services || !j.rule) === true;
}

export const clusterCidrMissing: DefectRule = {
  id: "cluster-cidr-missing",

  find(subject: Case): Sighting[] {
    const { side } = subject;
    if (side.print.mode !== "ipvs" || isConfigured(side) || writesFallback(side.print) === "yes") return [];
    const sightings: Sighting[] = [];
    for (const [family, detector] of side.detectors) {
      const bare = isBare18(side, family);
      if (!bare && !absenceCounts(side, family)) continue;
      if (detector.kind !== "none" && !(detector.kind === "unknown" && bare)) continue;
      const probes = subject.failing.filter(
        (p) =>
          familyOf(p.flow.to) === family &&
          keepsServiceAddress(p) &&
          isTracked(p) &&
          !ledToMark(p) &&
          !p.trace.summary.marked &&
          (bare || entered(p, services)),
      );
      if (probes.length === 0) continue;
      sightings.push({
        id: "cluster-cidr-missing",
        side,
        family,
        probes,
        remedies: cidrRemedies(subject, family, probes),
        missteps: serviceRangeMisstep(side, family, probes),
        evidence: evidenceOf(subject, family, probes),
        byAbsence: true,
        ...(writesFallback(side.print) === "unsure" && side.print.range.atLeast
          ? {
              doubt: words(
                "The rules resemble those of kube-proxy 1.11.1 and later, which writes a fallback rule.",
                "这些规则近似 kube-proxy 1.11.1 及更新版本，而那些版本会写入一条后备规则。",
              ),
            }
          : {}),
      });
    }
    return sightings;
  },

  explain(sighting) {
    const [first] = sighting.probes;
    const to = first ? flowText(first) : "";
    const ip = first?.flow.to ?? "";
    const node = sideWords[sighting.side.name];
    return {
      title: words(
        "kube-proxy has no cluster CIDR: the node's own traffic to cluster IPs is not masqueraded",
        "kube-proxy 没有设置 cluster CIDR：节点自身访问 cluster IP 的报文没有做 MASQUERADE",
      ),
      what: words(
        `No rule in nat ${services} marks traffic to cluster IPs, so nothing masquerades it. A process on the ${sighting.side.name} node that connects to ${to} sends packets with the source ${ip}.`,
        `nat 表 ${services} 中没有规则给访问 cluster IP 的报文打标记，因此不会做 MASQUERADE。${node}上的进程连接 ${to} 时，报文以 ${ip} 为源地址发出。`,
      ),
      why: words(
        `${ip} is bound on kube-ipvs0, so the kernel chooses it as source. IPVS rewrites the destination only. The server answers to ${ip}, which nobody outside the node routes back: the reply is lost. Pods keep their own routable address and are not affected.`,
        `${ip} 绑定在 kube-ipvs0 上，内核因此选它作源地址。IPVS 只改写目的地址。服务端把回包发给 ${ip}，而节点之外没有人会把它路由回来：回包丢失。Pod 使用自己可路由的地址，不受影响。`,
      ),
      verify: [
        `${toolFor(sighting.family)} -t nat -S KUBE-SERVICES | grep KUBE-CLUSTER-IP`,
        "ipset list KUBE-CLUSTER-IP",
        ...(first ? [`timeout 3 bash -c '</dev/tcp/${first.flow.to}/${first.flow.port}' && echo connected`] : []),
      ],
    };
  },
};

function evidenceOf(subject: Case, family: Family, probes: Sighting["probes"]): Evidence[] {
  const { side, other } = subject;
  const found: Evidence[] = [];
  const chain = chainOf(side.snapshot.iptables.get(family), "nat", services);
  const last = chain?.rules.at(chain.rules.length - 1);
  const at = chain?.at ?? last?.at;
  if (at)
    found.push({
      side: side.name,
      at,
      says: words(
        `${services} has no rule that marks traffic to cluster IPs`,
        `${services} 中没有给访问 cluster IP 的报文打标记的规则`,
      ),
    });
  const there = other?.detectors.get(family);
  if (other && there && "text" in there)
    found.push({
      side: other.name,
      at: there.at,
      says: words(`the ${other.name} node has this rule`, `${sideWords[other.name]}上有这条规则`),
    });
  const config = side.pasted.kubeProxy;
  if (config)
    found.push({
      side: side.name,
      at: config.clusterCidr?.at ?? config.at,
      says: words("kube-proxy was given no cluster CIDR here", "这里没有给 kube-proxy 设置 cluster CIDR"),
    });
  found.push(...pathEvidence(side, probes));
  const post = side.paths.get(family)?.masquerading;
  if (post)
    found.push({
      side: side.name,
      at: post.rule.rule.at,
      says: words("masquerades only what bears the mark", "只对带标记的报文做 MASQUERADE"),
    });
  return found;
}
