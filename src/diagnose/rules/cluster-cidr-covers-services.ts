/*
 * What it finds: in IPVS mode, the cluster CIDR in kube-proxy's rule contains the cluster IP itself (the Service range
 *   was given in place of the pod range, or a range that holds both).
 * Why traffic breaks: the rule marks what does *not* come from the cluster CIDR. A process of the node sends with the
 *   cluster IP as source, so the rule leaves out just this packet; unmarked, it is not masqueraded and the reply is lost.
 * How sure: decided by the rule and one address, in every version. Only flows that fail in the simulation, and work with
 *   another range, count. In iptables mode the source is the node's own address and nothing fails; but pods, which are not in
 *   that range either, are masqueraded: a risk.
 * Fix: --cluster-cidr with the range of the pods.
 * References: tkestack/tke 638, projectcalico/calico 2617, kubernetes 85877.
 */
import { words } from "../../base/words.ts";
import { cidrHas, printCidr } from "../../model/net/cidr.ts";
import { familyOf } from "../../model/net/ip.ts";
import { sideWords } from "../borrow.ts";
import { toolFor } from "../fix/commands.ts";
import { podCidr } from "../fix/pod-cidr.ts";
import { cidrRemedies } from "./cluster-cidr-remedies.ts";
import { hiddenPods, podRangeRemedy, showsPod } from "./hidden-clients.ts";
import type { Case, DefectRule, Explanation, Sighting } from "./rule.ts";
import { flowText, isTracked, keepsServiceAddress, pathEvidence } from "./unmarked.ts";

export const clusterCidrCoversServices: DefectRule = {
  id: "cluster-cidr-covers-services",

  find(subject: Case): Sighting[] {
    const { side } = subject;
    if (side.print.mode === "iptables") return hidingPods(subject);
    if (side.print.mode !== "ipvs") return [];
    const sightings: Sighting[] = [];
    for (const [family, detector] of side.detectors) {
      if (detector.kind !== "cidr") continue;
      const probes = subject.failing.filter(
        (p) =>
          familyOf(p.flow.to) === family &&
          keepsServiceAddress(p) &&
          isTracked(p) &&
          !p.trace.summary.marked &&
          cidrHas(detector.cidr, p.flow.to),
      );
      if (probes.length === 0) continue;
      sightings.push({
        id: "cluster-cidr-covers-services",
        side,
        family,
        probes,
        remedies: cidrRemedies(subject, family, probes),
        missteps: [],
        evidence: [
          {
            side: side.name,
            at: detector.at,
            says: words(
              `${printCidr(detector.cidr)} contains the cluster IP, so the packet is left out`,
              `${printCidr(detector.cidr)} 包含该 cluster IP，报文因此被排除`,
            ),
          },
          ...configured(subject),
          ...pathEvidence(side, probes),
        ],
        byAbsence: false,
      });
    }
    return sightings;
  },

  explain(sighting) {
    const [first] = sighting.probes;
    const to = first ? flowText(first) : "";
    const ip = first?.flow.to ?? "";
    const detector = sighting.side.detectors.get(sighting.family);
    const range = detector?.kind === "cidr" ? printCidr(detector.cidr) : "";
    const node = sideWords[sighting.side.name];
    if (sighting.kind === "risk") return explainRisk(sighting, range);
    return {
      title: words(
        `The cluster CIDR ${range} contains cluster IPs: it must be the pod range`,
        `cluster CIDR ${range} 包含了 cluster IP：它应当是 Pod 网段`,
      ),
      what: words(
        `kube-proxy marks traffic to cluster IPs unless it comes from ${range}. On the ${sighting.side.name} node a connection to ${to} has the source ${ip}, which lies in ${range}: it is not marked and not masqueraded.`,
        `kube-proxy 只给不来自 ${range} 的、访问 cluster IP 的报文打标记。${node}上访问 ${to} 的连接以 ${ip} 为源地址，正在 ${range} 之内：没有打标记，也没有做 MASQUERADE。`,
      ),
      why: words(
        `${ip} is local on kube-ipvs0, so the kernel chooses it as source, and the packet leaves with it. The server's answer goes to ${ip}, which nobody outside the node routes back: the reply is lost.`,
        `${ip} 在 kube-ipvs0 上是本机地址，内核选它作源地址，报文就这样发出。服务端的回包发往 ${ip}，节点之外没有人会把它路由回来：回包丢失。`,
      ),
      verify: [
        `${toolFor(sighting.family)} -t nat -S KUBE-SERVICES | grep KUBE-CLUSTER-IP`,
        ...(first ? [`timeout 3 bash -c '</dev/tcp/${first.flow.to}/${first.flow.port}' && echo connected`] : []),
      ],
    };
  },
};

const configured = (subject: Case): Sighting["evidence"] => {
  const setting = subject.side.pasted.kubeProxy?.clusterCidr;
  return setting
    ? [{ side: subject.side.name, at: setting.at, says: words("the setting it comes from", "它来自这项设置") }]
    : [];
};

/** iptables mode: everybody gets through, and pods are taken for strangers. */
function hidingPods(subject: Case): Sighting[] {
  const { side } = subject;
  const sightings: Sighting[] = [];
  for (const [family, detector] of side.detectors) {
    if (detector.kind !== "cidr") continue;
    const probes = hiddenPods(subject.probes, family).filter((p) => cidrHas(detector.cidr, p.flow.to));
    if (probes.length === 0) continue;
    const cidr = podCidr(subject, family);
    sightings.push({
      id: "cluster-cidr-covers-services",
      kind: "risk",
      side,
      family,
      probes,
      remedies: [podRangeRemedy(family, detector.cidr, cidr)],
      healed: showsPod,
      missteps: [],
      evidence: [
        {
          side: side.name,
          at: detector.at,
          says: words(
            `${printCidr(detector.cidr)} contains cluster IPs: it is no range of pods`,
            `${printCidr(detector.cidr)} 包含 cluster IP：它不是 Pod 网段`,
          ),
        },
        ...configured(subject),
      ],
      byAbsence: false,
    });
  }
  return sightings;
}

function explainRisk({ side, family, probes }: Sighting, range: string): Explanation {
  const [first] = probes;
  const to = first ? flowText(first) : "";
  return {
    title: words(
      `The cluster CIDR ${range} contains cluster IPs: pods are masqueraded as strangers`,
      `cluster CIDR ${range} 包含 cluster IP：Pod 被当作集群外部而做 MASQUERADE`,
    ),
    what: words(
      `On the ${side.name} node kube-proxy spares only what comes from ${range}, and no pod does. A pod that connects to ${to} gets through, and the server sees the node's address in place of the pod's.`,
      `${sideWords[side.name]}上的 kube-proxy 只放过来自 ${range} 的报文，而 Pod 都不在其中。Pod 连接 ${to} 可以成功，但服务端看到的是节点的地址而不是 Pod 的。`,
    ),
    why: words(
      "Logs and network policies by pod then judge the node. In IPVS mode the same setting would cut the node's own processes off.",
      "日志和按 Pod 制定的网络策略于是只能针对节点。若换成 IPVS 模式，同样的设置会使节点自身的进程无法访问 Service。",
    ),
    verify: [`${toolFor(family)} -t nat -S | grep -- '! -s' | grep KUBE-MARK-MASQ   # the range must hold the pods`],
  };
}
