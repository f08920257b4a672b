/*
 * What it finds: in IPVS mode a rule of ebtables drops what the node itself sends to bridge ports with a pod's address as source, and has
 *   dropped frames. kubenet writes such rules (KUBE-DEDUP) beside a promiscuous bridge, against doubled packets.
 * Why traffic breaks: what IPVS sends on to a pod of the same node leaves the node with the client pod's address, which looks like
 *   such a double. So a pod reaches a Service except by endpoints on its own node; in iptables mode such packets stay on the bridge.
 * How sure: a hint. The rule also drops true doubles, so its counter grows on healthy nodes as well.
 * Fix: hairpin mode in place of the promiscuous bridge, which needs no such rule.
 * References: kubernetes 60257; pkg/kubelet/dockershim/network/kubenet syncEbtablesDedupRules.
 */
import { numbered, words } from "../../base/words.ts";
import { cidrsMeet } from "../../model/net/cidr.ts";
import { familyOf } from "../../model/net/ip.ts";
import type { EbtablesRule } from "../../model/node/system.ts";
import { sideWords } from "../borrow.ts";
import { commandLines } from "../fix/commands.ts";
import { podSubnets } from "../flows.ts";
import { works } from "../probe.ts";
import type { Side } from "../side.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";

/** Rules that dropped frames with a source among the pods of this node. */
const dropping = (side: Side, family: 4 | 6): EbtablesRule[] =>
  side.snapshot.system.ebtables.filter(
    ({ drops, source, packets }) =>
      drops && source !== undefined && (packets ?? 0) > 0 && podSubnets(side, family).some((s) => cidrsMeet(s, source)),
  );

export const sameNodeEbtables: DefectRule = {
  id: "same-node-ebtables",

  find({ side, probes: all }: Case): Sighting[] {
    if (side.print.mode !== "ipvs") return [];
    return ([4, 6] as const).flatMap((family): Sighting[] => {
      const rules = dropping(side, family);
      if (rules.length === 0) return [];
      return [
        {
          id: "same-node-ebtables",
          side,
          family,
          probes: all.filter((p) => p.flow.from === "pod" && familyOf(p.flow.to) === family && works(p)).slice(0, 3),
          remedies: [],
          unproven: words("Rules of bridges are not simulated.", "未对网桥规则建模。"),
          advice: [
            {
              kind: "command",
              text: commandLines(rules.map((r) => `ebtables -t filter -D ${r.chain} ${r.text}`)),
              says: words(
                "At once, until the kubelet writes the rule anew. With a promiscuous bridge pods may get packets twice. Undo with -A. Open connections stay as they are.",
                "立即生效，直到 kubelet 重写该规则。若网桥处于混杂模式，Pod 可能收到重复报文。用 -A 撤销。已建立的连接不变。",
              ),
            },
            {
              kind: "config",
              text: "hairpinMode: hairpin-veth   # of the kubelet with kubenet, up to 1.23; or a network plugin other than kubenet",
              says: words(
                "For good: the bridge need not be promiscuous then, and the kubelet writes no such rule. Pods must start anew.",
                "长久之计：网桥无需混杂模式，kubelet 也不会写入这条规则。需要重建 Pod。",
              ),
            },
          ],
          missteps: [],
          evidence: rules.slice(0, 3).map((r) => ({
            side: side.name,
            at: r.at,
            says: words(
              `dropped ${numbered(r.packets ?? 0, "frame that seems", "frames that seem")} to come from pods`,
              `丢弃了 ${r.packets} 个看似来自 Pod 的帧`,
            ),
          })),
          byAbsence: false,
          atMost: "possible",
        },
      ];
    });
  },

  explain({ side, family }) {
    const [rule] = dropping(side, family);
    return {
      title: words(
        "A rule of the bridge drops what IPVS sends to pods of the same node",
        "网桥规则丢弃了 IPVS 发往同节点 Pod 的报文",
      ),
      what: words(
        `On the ${side.name} node ebtables drops frames that the node sends to its pods with a pod's address as source (${rule?.chain}), and did so ${rule?.packets} times.`,
        `${sideWords[side.name]}的 ebtables 会丢弃节点以 Pod 地址为源发给 Pod 的帧（${rule?.chain}），且已丢弃 ${rule?.packets} 次。`,
      ),
      why: words(
        "In IPVS mode a pod's packet to a Service passes the node and leaves it again with the pod's own address, which this rule takes for a double. Pods then reach the Service only by endpoints on other nodes.",
        "IPVS 模式下，Pod 发往 Service 的报文经过节点后仍以 Pod 自己的地址发出，被该规则当作重复报文。于是 Pod 只能通过其他节点上的端点访问该 Service。",
      ),
      verify: [
        `ebtables -t filter -L ${rule?.chain ?? ""} --Lc   # pcnt of the DROP does not grow while a pod connects`,
      ],
    };
  },
};
