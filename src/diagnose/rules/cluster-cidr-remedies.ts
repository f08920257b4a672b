import { words } from "../../base/words.ts";
import { writesFallback } from "../../kube-proxy/fingerprint.ts";
import { clusterIpSet, markMasq, services, setNameFor } from "../../kube-proxy/names.ts";
import { hasWord, rulesIn } from "../../kube-proxy/rule-words.ts";
import { type Cidr, printCidr } from "../../model/net/cidr.ts";
import { type Family, familyOf, parseIp } from "../../model/net/ip.ts";
import type { Rule } from "../../model/netfilter/rule.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import type { Fix } from "../finding.ts";
import { restartKubeProxy, toolFor } from "../fix/commands.ts";
import { addToSet, insertRule, replaceRule } from "../fix/edit.ts";
import { type PodCidr, podCidr, serviceRange } from "../fix/pod-cidr.ts";
import { ruleFrom } from "../fix/rule-from.ts";
import type { Probe } from "../probe.ts";
import type { Side } from "../side.ts";
import type { Case, Misstep, Remedy } from "./rule.ts";

/** The node as kube-proxy writes it when it is told a cluster CIDR: the rule, and KUBE-CLUSTER-IP filled. */
export function withClusterCidr(snapshot: NodeSnapshot, side: Side, family: Family, cidr: Cidr | "all"): NodeSnapshot {
  const detector = side.detectors.get(family);
  const test = cidr === "all" ? "" : `! -s ${printCidr(cidr)} `;
  const old = detector && "at" in detector ? oldRules(snapshot, family) : [];
  let next = snapshot;
  if (usesSets(side)) {
    const set = setNameFor(clusterIpSet, family, new Set(snapshot.sets.byName.keys()));
    const elements = side.services
      .filter((s) => s.kind === "cluster-ip" && familyOf(s.address) === family)
      .map((s) => `${s.address},${s.proto}:${s.port}`);
    if (snapshot.sets.byName.has(set) || snapshot.sets.coverage === "whole" || detector?.kind === "none")
      next = addToSet(next, set, "hash:ip,port", family, elements);
    const rule = ruleFrom(
      `-A ${services} ${test}-m comment --comment "Kubernetes service cluster ip + port for masquerade purpose" -m set --match-set ${set} dst,dst -j ${markMasq}`,
      "nat",
      family,
    );
    const [first, ...rest] = old;
    for (const r of [...rest].reverse()) next = replaceRule(next, family, r);
    return withJumps(first ? replaceRule(next, family, first, rule) : insertRule(next, family, rule, 0), family);
  }
  for (const s of side.services) {
    if (s.kind !== "cluster-ip" || familyOf(s.address) !== family) continue;
    const rule = ruleFrom(
      `-A ${services} ${test}-d ${s.address} -p ${s.proto} -m ${s.proto} --dport ${s.port} -j ${markMasq}`,
      "nat",
      family,
    );
    next = insertRule(next, family, rule, 0);
  }
  return withJumps(next, family);
}

/** Rules over KUBE-CLUSTER-IP that mark: the ones a new cluster CIDR replaces. */
function oldRules(snapshot: NodeSnapshot, family: Family): Rule[] {
  const found: Rule[] = [];
  for (const r of rulesIn(snapshot.iptables.get(family), "nat", services))
    if (hasWord(r, markMasq) && r.words.some((w) => w === clusterIpSet || w === "KUBE-6-CLUSTER-IP"))
      found.push(r.rule);
  return found;
}

/** ipvs mode of 1.8 has no sets. */
export function usesSets(side: Side): boolean {
  if (side.snapshot.sets.byName.size > 0) return true;
  const { below } = side.print.range;
  if (below && below.minor <= 9 && below.patch === 0) return false;
  for (const ruleset of side.snapshot.iptables.values()) {
    for (const chain of [services, "KUBE-POSTROUTING"])
      for (const r of rulesIn(ruleset, "nat", chain)) if (hasWord(r, "--match-set")) return true;
  }
  return side.print.clues.length > 0 && writesFallback(side.print) !== "no";
}

/** kube-proxy puts its own jumps back; up to 1.8 it makes them only once it has something to mark. */
function withJumps(snapshot: NodeSnapshot, family: Family): NodeSnapshot {
  let next = snapshot;
  for (const hook of ["PREROUTING", "OUTPUT"] as const) {
    const has = [...rulesIn(next.iptables.get(family), "nat", hook)].some((r) => r.rule.target?.name === services);
    if (!has)
      next = insertRule(
        next,
        family,
        ruleFrom(`-A ${hook} -m comment --comment "kubernetes service portals" -j ${services}`, "nat", family),
        0,
      );
  }
  return next;
}

/** Set the cluster CIDR to the pod range; and, to be quick, masquerade by hand. */
export function cidrRemedies(subject: Case, family: Family, probes: readonly Probe[]): Remedy[] {
  const { side } = subject;
  const cidr = podCidr(subject, family);
  const durable: Remedy = {
    fixes: durableFixes(cidr),
    holds: cidr.known
      ? words(`Shown with ${cidr.text}.`, `以 ${cidr.text} 验证。`)
      : words(
          `Holds for any range without ${rangeOf(side, family, probes)}.`,
          `对任何不含 ${rangeOf(side, family, probes)} 的网段都成立。`,
        ),
    apply: (snapshot) => withClusterCidr(snapshot, side, family, cidr.model),
  };
  return [durable, byHand(family, probes)];
}

function durableFixes(cidr: PodCidr): Fix[] {
  const ask: Fix[] = cidr.ask.map((text) => ({
    kind: "command",
    text,
    says: words(
      "Prints this cluster's pod range (POD_CIDR). Changes nothing.",
      "打印本集群的 Pod 网段（POD_CIDR），不做任何改动。",
    ),
  }));
  return [
    ...ask,
    {
      kind: "config",
      text: `--cluster-cidr=${cidr.text}`,
      says: words(
        `kube-proxy's flag, where it is started with flags (${cidr.says.en}). It holds after a restart of kube-proxy; undo by taking it away.`,
        `kube-proxy 的启动参数（${cidr.says["zh-CN"]}）。重启 kube-proxy 后长期有效；去掉即可撤销。`,
      ),
    },
    {
      kind: "config",
      text: `clusterCIDR: "${cidr.text}"`,
      says: words(
        "The same in KubeProxyConfiguration (ConfigMap kube-system/kube-proxy, key config.conf). With --config, flags have no effect.",
        "在 KubeProxyConfiguration 中的写法（ConfigMap kube-system/kube-proxy 的 config.conf）。使用 --config 时命令行参数不生效。",
      ),
    },
    restartKubeProxy,
  ];
}

function byHand(family: Family, probes: readonly Probe[]): Remedy {
  const [first] = probes;
  const address = first?.flow.to ?? "";
  const iptables = toolFor(family);
  const addresses = [...new Set(probes.map((p) => p.flow.to))];
  return {
    fixes: [
      {
        kind: "command",
        text: `${iptables} -t nat -I POSTROUTING -s ${address} ! -d ${address} -j MASQUERADE`,
        says: words(
          `At once, for ${address} only, until a reboot: kube-proxy leaves POSTROUTING alone. Undo with -D in place of -I. Open connections stay open.`,
          `立即生效，只对 ${address} 有效，重启节点后失效：kube-proxy 不改动 POSTROUTING 里的这条规则。把 -I 换成 -D 即可撤销。已建立的连接不受影响。`,
        ),
      },
    ],
    holds: words("", ""),
    apply: (snapshot) =>
      addresses.reduce(
        (next, ip) =>
          insertRule(next, family, ruleFrom(`-A POSTROUTING -s ${ip} ! -d ${ip} -j MASQUERADE`, "nat", family), 0),
        snapshot,
      ),
  };
}

/** What the author of such an outage tries first: the Service range in place of the pod range. */
export function serviceRangeMisstep(side: Side, family: Family, probes: readonly Probe[]): Misstep[] {
  const detector = side.detectors.get(family);
  const address = parseIp(probes[0]?.flow.to ?? "");
  if (address === undefined || detector?.kind === "cidr") return [];
  const range = serviceRange(side, family, address);
  return [
    {
      text: `--cluster-cidr=${printCidr(range)}`,
      why: words(
        `${printCidr(range)} is the Service range. The rule then leaves out just the packets whose source is a cluster IP, and those are the ones that need it.`,
        `${printCidr(range)} 是 Service 网段。规则会恰好排除源地址为 cluster IP 的报文，而需要打标记的正是它们。`,
      ),
      apply: (snapshot) => withClusterCidr(snapshot, side, family, range),
    },
  ];
}

const rangeOf = (side: Side, family: Family, probes: readonly Probe[]): string => {
  const address = parseIp(probes[0]?.flow.to ?? "");
  return address === undefined ? "" : printCidr(serviceRange(side, family, address));
};
