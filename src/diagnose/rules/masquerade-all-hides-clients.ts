/*
 * What it finds: kube-proxy masquerades everything that goes to a cluster IP (--masquerade-all), pods included.
 * What it harms: connections work, but servers, their logs and network policies see the node's address in place of the pod's.
 * How sure: the rule that marks has no test of the source, and a pod's flow meets it in the simulation. A risk, since
 *   somebody set the flag, some network plugins ask for it, and nothing fails by it.
 * Fix: a cluster CIDR in place of the flag: what comes from pods is then left alone.
 * References: kubespray 1012; projectcalico/calico PR 498; pkg/proxy/{iptables,ipvs}/proxier.go masqueradeAll.
 */
import { words } from "../../base/words.ts";
import { inWords } from "../../model/net/symbolic.ts";
import { sideWords } from "../borrow.ts";
import type { Evidence } from "../finding.ts";
import { toolFor } from "../fix/commands.ts";
import { podCidr } from "../fix/pod-cidr.ts";
import { sparingPods } from "../fix/source-test.ts";
import { sourceSeen } from "../probe.ts";
import { hiddenPods, podRangeFixes, showsPod } from "./hidden-clients.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

export const masqueradeAllHidesClients: DefectRule = {
  id: "masquerade-all-hides-clients",

  find(subject: Case): Sighting[] {
    const { side } = subject;
    const sightings: Sighting[] = [];
    if (side.standIn) return sightings;
    for (const [family, detector] of side.detectors) {
      const probes = detector.kind === "masquerade-all" ? hiddenPods(subject.probes, family) : [];
      if (detector.kind !== "masquerade-all" || probes.length === 0) continue;
      const cidr = podCidr(subject, family);
      const flag = side.pasted.kubeProxy?.masqueradeAll;
      const evidence: Evidence[] = [
        {
          side: side.name,
          at: detector.at,
          says: words(
            "marks whatever goes to a cluster IP, pods included",
            "给所有访问 cluster IP 的报文打标记，Pod 也不例外",
          ),
        },
        ...(flag?.value
          ? [{ side: side.name, at: flag.at, says: words("the setting it comes from", "它来自这项设置") }]
          : []),
      ];
      sightings.push({
        id: "masquerade-all-hides-clients",
        kind: "risk",
        side,
        family,
        probes,
        remedies: [
          {
            fixes: podRangeFixes(cidr, {
              flag: "--masquerade-all=false ",
              setting: "iptables:\n  masqueradeAll: false\n",
            }),
            holds: cidr.known
              ? words(`Shown with ${cidr.text}.`, `以 ${cidr.text} 验证。`)
              : words("Holds for any range that holds the pods.", "对任何包含 Pod 的网段都成立。"),
            apply: (snapshot) => sparingPods(snapshot, family, cidr.model),
          },
        ],
        healed: showsPod,
        missteps: [],
        evidence,
        byAbsence: false,
      });
    }
    return sightings;
  },

  explain({ side, family, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const seen = first && sourceSeen(first);
    const as = seen === undefined ? words("the node's address", "节点的地址") : inWords(seen);
    return {
      title: words(
        "masquerade-all is on: servers see the node in place of the pod that connects",
        "启用了 masquerade-all：服务端看到的是节点，而不是发起连接的 Pod",
      ),
      what: words(
        `On the ${side.name} node kube-proxy masquerades everything that goes to a cluster IP. A pod that connects to ${to} gets through, and the server sees ${as.en} as the client.`,
        `${sideWords[side.name]}上的 kube-proxy 对所有访问 cluster IP 的报文做 MASQUERADE。Pod 连接 ${to} 可以成功，但服务端看到的客户端是 ${as["zh-CN"]}。`,
      ),
      why: words(
        "Logs, rate limits and network policies by pod then judge the node. Only what does not come from pods needs the masquerade, and a cluster CIDR tells the two apart.",
        "日志、限流以及按 Pod 制定的网络策略于是只能针对节点。只有不来自 Pod 的流量才需要 MASQUERADE，而 cluster CIDR 正是用来区分二者的。",
      ),
      verify: [
        `${toolFor(family)} -t nat -S | grep 'KUBE-MARK-MASQ' | grep -i 'cluster ip'   # each line must have ! -s POD_CIDR`,
      ],
    };
  },
};
