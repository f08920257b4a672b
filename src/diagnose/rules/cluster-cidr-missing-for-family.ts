/*
 * What it finds: on a node that serves Services of both families, kube-proxy knows the pod range of one family only, so for the
 *   other it cannot tell pods from strangers ("defaulting to no-op detect-local").
 * What it harms: what comes from outside the pods to that family's cluster IPs is not masqueraded. In IPVS mode without any rule the
 *   node's own processes are cut off: a fault. Else they get through, and only who is routed here from outside, or sends
 *   with another interface's address, is not: a risk.
 * How sure: the two families' rules stand side by side, and both serve. One that was not pasted whole says nothing.
 * Fix: both ranges in --cluster-cidr.
 * References: kubernetes 120999; cmd/kube-proxy/app/server_linux.go getLocalDetectors.
 */
import { words } from "../../base/words.ts";
import { services } from "../../kube-proxy/names.ts";
import { chainOf } from "../../kube-proxy/rule-words.ts";
import { serviceKey } from "../../kube-proxy/services.ts";
import { printCidr } from "../../model/net/cidr.ts";
import { type Family, familyOf } from "../../model/net/ip.ts";
import { sideWords } from "../borrow.ts";
import type { Evidence } from "../finding.ts";
import { toolFor } from "../fix/commands.ts";
import { podCidr } from "../fix/pod-cidr.ts";
import { fails, type Probe, works } from "../probe.ts";
import type { Side } from "../side.ts";
import { withClusterCidr } from "./cluster-cidr-remedies.ts";
import { podRangeFixes } from "./hidden-clients.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { absenceCounts, entered, flowText, isTracked, keepsServiceAddress } from "./unmarked.ts";

const another: Readonly<Record<Family, Family>> = { 4: 6, 6: 4 };
const named: Readonly<Record<Family, string>> = { 4: "IPv4", 6: "IPv6" };

/** The node itself, to a cluster IP of that family, and nothing marks it. */
const isUnmarked = (side: Side, family: Family, p: Probe): boolean =>
  p.flow.from === "host" &&
  familyOf(p.flow.to) === family &&
  side.served.get(serviceKey({ ...p.flow, address: p.flow.to }))?.kind === "cluster-ip" &&
  isTracked(p) &&
  !p.trace.summary.marked &&
  entered(p, services);

export const clusterCidrMissingForFamily: DefectRule = {
  id: "cluster-cidr-missing-for-family",

  find(subject: Case): Sighting[] {
    const { side } = subject;
    const sightings: Sighting[] = [];
    for (const [family, detector] of side.detectors) {
      const there = side.detectors.get(another[family]);
      if (there?.kind !== "cidr" || !absenceCounts(side, family)) continue;
      if (detector.kind !== "none" && detector.kind !== "from-cluster-ip") continue;
      const failing = subject.failing.filter((p) => isUnmarked(side, family, p) && keepsServiceAddress(p));
      const probes =
        failing.length > 0 ? failing : subject.probes.filter((p) => isUnmarked(side, family, p) && works(p));
      if (probes.length === 0) continue;
      const cidr = podCidr(subject, family);
      const ranges = family === 6 ? [printCidr(there.cidr), cidr.text] : [cidr.text, printCidr(there.cidr)];
      sightings.push({
        id: "cluster-cidr-missing-for-family",
        ...(failing.length > 0 ? {} : { kind: "risk" }),
        side,
        family,
        probes,
        remedies: [
          {
            fixes: podRangeFixes({ ...cidr, text: ranges.join(",") }, { flag: "", setting: "" }),
            holds: cidr.known
              ? words(`Shown with ${cidr.text}.`, `以 ${cidr.text} 验证。`)
              : words("Holds for any range without cluster IPs.", "对任何不含 cluster IP 的网段都成立。"),
            apply: (snapshot) => withClusterCidr(snapshot, side, family, cidr.model),
          },
        ],
        healed: (again) => works(again) && again.trace.summary.masqueraded,
        missteps: [],
        evidence: evidenceOf(side, family, there.at),
        byAbsence: true,
      });
    }
    return sightings;
  },

  explain({ side, family, probes, kind }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const cut = kind !== "risk" && first !== undefined && fails(first);
    const v = named[family];
    return {
      title: words(
        `kube-proxy has no ${v} cluster CIDR: for ${v} it cannot tell pods from others`,
        `kube-proxy 没有 ${v} 的 cluster CIDR：在 ${v} 中无法区分 Pod 与其他来源`,
      ),
      what: words(
        `The ${side.name} node serves both families. ${named[another[family]]} traffic to cluster IPs that does not come from pods is marked for masquerading, ${v} traffic is not: a process that connects to ${to} keeps its source.`,
        `${sideWords[side.name]}同时提供两个地址族的 Service。不来自 Pod 的 ${named[another[family]]} 流量访问 cluster IP 时会打上 MASQUERADE 标记，${v} 流量则不会：进程连接 ${to} 时源地址保持不变。`,
      ),
      why: cut
        ? words(
            "In IPVS mode that source is the cluster IP itself, which nobody outside the node routes back: the reply is lost.",
            "在 IPVS 模式下该源地址就是 cluster IP 本身，节点之外没有人会把它路由回来：回包丢失。",
          )
        : words(
            "The node's own address is answered to. A client from outside that is routed here, and a source of another interface, are not: their answers miss this node.",
            "以节点自己的地址为源时可以得到应答；而经路由到此的外部客户端，或以其他接口的地址为源的流量，其回包不会经过本节点。",
          ),
      verify: [`${toolFor(family)} -t nat -S | grep KUBE-MARK-MASQ | grep -- '! -s'`],
    };
  },
};

function evidenceOf(side: Side, family: Family, there: Evidence["at"]): Evidence[] {
  const found: Evidence[] = [];
  const detector = side.detectors.get(family);
  const chain = chainOf(side.snapshot.iptables.get(family), "nat", services);
  const at = detector && "text" in detector ? detector.at : (chain?.at ?? chain?.rules.at(0)?.at);
  if (at)
    found.push({
      side: side.name,
      at,
      says: words(
        `${named[family]}: no rule with the pods' range marks traffic to cluster IPs`,
        `${named[family]}：没有带 Pod 网段的规则给访问 cluster IP 的报文打标记`,
      ),
    });
  const other = named[another[family]];
  found.push({ side: side.name, at: there, says: words(`${other} has such a rule`, `${other} 有这样的规则`) });
  const config = side.pasted.kubeProxy?.clusterCidr;
  if (config) found.push({ side: side.name, at: config.at, says: words("the ranges it was given", "它得到的网段") });
  for (const remark of side.pasted.proxyRun?.remarks ?? [])
    if (
      (remark.about === "no-local-detector" || remark.about === "no-cluster-cidr") &&
      remark.text.includes(named[family])
    )
      found.push({
        side: side.name,
        at: remark.at,
        says: words("kube-proxy says so itself", "kube-proxy 自己的日志也这样说"),
      });
  return found;
}
