/*
 * What it finds: a pod that reaches itself through its Service: what the node translates must go back out by the bridge port it came in
 *   by, and that port is not in hairpin mode, nor does a promiscuous bridge help.
 * Why traffic breaks: a bridge sends no frame back to where it came from. In iptables mode the request dies there, in IPVS mode the
 *   answer does. A promiscuous bridge (somebody's tcpdump makes it so) takes it up and routes it; newer kernels then forget the connection,
 *   so that only IPVS mode is healed by it.
 * How sure: `bridge -d link` or `ip -d link` says so of the ports; where they do not say, hairpin mode is taken for granted.
 * Fix: hairpin mode on each port, or the bridge promiscuous; the network plugin's configuration for pods to come.
 * References: the Debug Services page; net/bridge/br_forward.c should_deliver; containernetworking/plugins bridge.
 */
import { words } from "../../base/words.ts";
import { familyOf } from "../../model/net/ip.ts";
import { fieldKey } from "../../model/net/symbolic.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import type { Link } from "../../model/routing/link.ts";
import { sideWords } from "../borrow.ts";
import { commandLines } from "../fix/commands.ts";
import type { Probe } from "../probe.ts";
import { groupedBy } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

/** A promiscuous bridge took the packet up, and conntrack forgot it. */
const takenUp = (p: Probe) => p.trace.steps.find((s) => s.kind === "conntrack" && s.state === "INVALID");

/** The bridge where the frame would have to go back. */
function bridgeOf(p: Probe): string | undefined {
  const { in: dev } = (takenUp(p) ?? p.trace.steps[p.trace.ending.step])?.packet ?? {};
  return typeof dev === "string" ? dev : undefined;
}

const portsOff = ({ links }: NodeSnapshot, bridge: string): readonly Link[] =>
  links.list.filter((link) => link.master === bridge && link.hairpin === false);

export const hairpinModeOff: DefectRule = {
  id: "hairpin-mode-off",

  find({ side, failing }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    for (const family of [4, 6] as const) {
      const all = failing.filter(
        (p) =>
          p.flow.from === "hairpin" &&
          familyOf(p.flow.to) === family &&
          (p.trace.ending.reason === "hairpin-mode-off" || takenUp(p)),
      );
      for (const [bridge, probes] of groupedBy(all, bridgeOf)) {
        const ports = portsOff(side.snapshot, bridge);
        if (ports.length === 0) continue;
        sightings.push({
          id: "hairpin-mode-off",
          side,
          family,
          probes,
          remedies: [
            {
              fixes: [
                {
                  kind: "command",
                  text: commandLines(ports.map((port) => `bridge link set dev ${port.name} hairpin on`)),
                  says: words(
                    "At once, for pods that run now; pods to come get what the network plugin is told. Undo with hairpin off. Open connections stay as they are.",
                    "立即对正在运行的 Pod 生效；以后创建的 Pod 取决于网络插件的配置。用 hairpin off 撤销。已建立的连接不变。",
                  ),
                },
                {
                  kind: "config",
                  text: '"hairpinMode": true',
                  says: words(
                    "In the bridge plugin's part of /etc/cni/net.d (flannel: in \"delegate\"), for pods that start after it. The kubelet's --hairpin-mode works only with dockershim, up to 1.23.",
                    "写入 /etc/cni/net.d 中 bridge 插件的配置（flannel 写在 delegate 中），对之后启动的 Pod 生效。kubelet 的 --hairpin-mode 只对 dockershim 有效，到 1.23 为止。",
                  ),
                },
              ],
              holds: words("Shown with hairpin mode on every port.", "以所有端口开启 hairpin 模式验证。"),
              apply: (snapshot) => ({
                ...snapshot,
                links: {
                  ...snapshot.links,
                  list: snapshot.links.list.map((link) => (link.master === bridge ? { ...link, hairpin: true } : link)),
                },
              }),
            },
          ],
          missteps: [],
          evidence: ports.slice(0, 3).map((port) => ({
            side: side.name,
            at: port.at,
            says: words(
              `port ${port.name} of ${bridge} is not in hairpin mode`,
              `${bridge} 的端口 ${port.name} 未开启 hairpin 模式`,
            ),
          })),
          byAbsence: false,
        });
      }
    }
    return sightings;
  },

  explain({ side, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const bridge = (first && bridgeOf(first)) ?? "";
    const pod = fieldKey(first?.flow.source ?? "");
    return {
      title: words(
        "A pod cannot reach itself through its Service: hairpin mode is off",
        "Pod 无法经由自己的 Service 访问自己：hairpin 模式未开启",
      ),
      what: words(
        `On the ${side.name} node the pod ${pod} connects to ${to} and is itself the endpoint: the packet must leave ${bridge} by the port it came in by, which is not in hairpin mode.`,
        `${sideWords[side.name]}上，Pod ${pod} 访问 ${to} 且端点正是它自己：报文必须从进入 ${bridge} 的那个端口再出去，而该端口未开启 hairpin 模式。`,
      ),
      why: words(
        "A bridge sends no frame back to where it came from. With several endpoints it fails now and then; a tcpdump on the bridge makes it promiscuous, which can hide the fault.",
        "网桥不会把帧送回它来的地方。有多个端点时表现为时好时坏；在网桥上运行 tcpdump 会使其进入混杂模式，可能掩盖故障。",
      ),
      verify: ["bridge -d link | grep -c 'hairpin off'   # 0"],
    };
  },
};
