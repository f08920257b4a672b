import { words } from "../../base/words.ts";
import type { Cidr } from "../../model/net/cidr.ts";
import type { Family } from "../../model/net/ip.ts";
import { familyOf } from "../../model/net/ip.ts";
import type { Fix } from "../finding.ts";
import { restartKubeProxy } from "../fix/commands.ts";
import type { PodCidr } from "../fix/pod-cidr.ts";
import { withOtherRange } from "../fix/source-test.ts";
import { type Probe, works } from "../probe.ts";
import type { Remedy } from "./rule.ts";

/** A pod's connection to a Service works, but kube-proxy's mark had its source replaced: the server sees the node. */
export const hidesPod = (p: Probe): boolean =>
  p.flow.from === "pod" && works(p) && p.trace.summary.markedAtPostrouting && p.trace.summary.masqueraded;

/** With the remedy in the model it works and kube-proxy leaves the source alone. */
export const showsPod = (p: Probe): boolean => works(p) && !p.trace.summary.markedAtPostrouting;

export const hiddenPods = (probes: readonly Probe[], family: Family): Probe[] =>
  probes.filter((p) => familyOf(p.flow.to) === family && hidesPod(p));

/** kube-proxy's settings with the pods' own range, for each way it is configured. */
export function podRangeFixes(cidr: PodCidr, more: { flag: string; setting: string }): Fix[] {
  const says = words(
    `kube-proxy's flags (${cidr.says.en}). They hold after a restart of kube-proxy; undo by the old value. Policies that allowed the node's address must allow the pods' then.`,
    `kube-proxy 的启动参数（${cidr.says["zh-CN"]}）。重启 kube-proxy 后长期有效；改回旧值即可撤销。此前放行节点地址的策略，之后需要放行 Pod 地址。`,
  );
  return [
    ...cidr.ask.map(
      (text): Fix => ({
        kind: "command",
        text,
        says: words(
          "Prints this cluster's pod range (POD_CIDR). Changes nothing.",
          "打印本集群的 Pod 网段（POD_CIDR），不做任何改动。",
        ),
      }),
    ),
    { kind: "config", text: `${more.flag}--cluster-cidr=${cidr.text}`, says },
    {
      kind: "config",
      text: `${more.setting}clusterCIDR: "${cidr.text}"`,
      says: words(
        "The same in KubeProxyConfiguration (ConfigMap kube-system/kube-proxy, key config.conf). With --config, flags have no effect.",
        "在 KubeProxyConfiguration 中的写法（ConfigMap kube-system/kube-proxy 的 config.conf）。使用 --config 时命令行参数不生效。",
      ),
    },
    restartKubeProxy,
  ];
}

/** The pods' range in place of the one that kube-proxy has. */
export const podRangeRemedy = (family: Family, wrong: Cidr, right: PodCidr): Remedy => ({
  fixes: podRangeFixes(right, { flag: "", setting: "" }),
  holds: right.known
    ? words(`Shown with ${right.text}.`, `以 ${right.text} 验证。`)
    : words("Holds for any range that holds the pods.", "对任何包含 Pod 的网段都成立。"),
  apply: (snapshot) => withOtherRange(snapshot, family, wrong, right.model),
});
