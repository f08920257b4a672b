/*
 * What it finds: bridged packets do not pass iptables (net.bridge.bridge-nf-call-iptables is 0), and a pod reaches a Service
 *   whose endpoint is another pod on the same bridge.
 * Why traffic breaks: the request is translated on its way through the node, but the answer goes straight over the bridge, where
 *   nobody translates it back: it comes from an address that the client never asked, and is reset.
 * How sure: the dump shows the value. Where br_netfilter is not loaded, the key is not there at all.
 * Fix: load br_netfilter, set it to 1.
 * References: kubernetes 87426, 21613, 38802; net/bridge/br_netfilter_hooks.c.
 */
import { words } from "../../base/words.ts";
import { sideWords } from "../borrow.ts";
import { endingBy } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { sysctlSighting, sysctlVerify } from "./sysctl-off.ts";
import { flowText } from "./unmarked.ts";

const keyFor = (family: 4 | 6): string => `net.bridge.bridge-nf-call-ip${family === 4 ? "" : "6"}tables`;

export const bridgeBypassesIptables: DefectRule = {
  id: "bridge-bypasses-iptables",

  find({ side, failing }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    for (const [family, probes] of endingBy(failing, "reply-from-other-address", "reply-not-for-client")) {
      const key = keyFor(family);
      if (side.snapshot.sysctls.get(key)?.value.trim() !== "0") continue;
      sightings.push(
        sysctlSighting(side, family, probes, {
          id: "bridge-bypasses-iptables",
          keys: [key],
          value: "1",
          durable: words(
            "Name br_netfilter in a file of /etc/modules-load.d, or the key is not there at boot.",
            "还要在 /etc/modules-load.d 的文件中写入 br_netfilter，否则开机时没有这个键。",
          ),
        }),
      );
    }
    return sightings;
  },

  explain(sighting) {
    const [first] = sighting.probes;
    const to = first ? flowText(first) : "";
    return {
      title: words(
        "Bridged packets bypass iptables: answers between pods of this node are not translated back",
        "网桥上的报文绕过 iptables：本节点 Pod 之间的回包没有被还原",
      ),
      what: words(
        `On the ${sighting.side.name} node ${keyFor(sighting.family)} is 0. A pod that connects to ${to} is answered straight over the bridge by a pod of the same node, from that pod's own address.`,
        `${sideWords[sighting.side.name]}上 ${keyFor(sighting.family)} 为 0。Pod 访问 ${to} 时，同节点的另一个 Pod 直接经网桥以自己的地址回包。`,
      ),
      why: words(
        "The client waits for an answer from the Service's address and resets what comes from another. Endpoints on other nodes work, since their answers are routed.",
        "客户端等待来自 Service 地址的回包，对来自其他地址的报文回 RST。其他节点上的端点正常，因为它们的回包要经过路由。",
      ),
      verify: ["lsmod | grep br_netfilter", ...sysctlVerify(sighting, keyFor(sighting.family))],
    };
  },
};
