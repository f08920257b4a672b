/*
 * What it finds: the node does not forward (net.ipv4.ip_forward, or forwarding of the device, is 0), so packets that come
 *   in for somebody else are dropped.
 * Why traffic breaks: pods' packets to endpoints elsewhere, outside clients' and the answers to pods all need forwarding. A
 *   process of the node needs it only for what IPVS sends on.
 * How sure: the dump shows the value.
 * Fix: 1. Kubernetes' installers and kube-proxy set it; a later sysctl file or a hardening script sets it back.
 * References: Documentation/networking/ip-sysctl.rst; pkg/proxy/ipvs/proxier.go.
 */
import { words } from "../../base/words.ts";
import { sideWords } from "../borrow.ts";
import { endingBy } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { sysctlSighting, sysctlVerify } from "./sysctl-off.ts";
import { flowText } from "./unmarked.ts";

const isForwarding = (key: string): boolean =>
  key === "net.ipv4.ip_forward" || /^net\.ipv[46]\.conf\..+\.forwarding$/.test(key);

export const ipForwardOff: DefectRule = {
  id: "ip-forward-off",

  find({ side, failing }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    for (const [family, probes] of endingBy(failing, "forwarding-off")) {
      const keys = [...side.snapshot.sysctls].flatMap(([key, { value }]) =>
        isForwarding(key) && key.includes(`ipv${family}`) && value.trim() === "0" ? [key] : [],
      );
      if (keys.length === 0) continue;
      // writing net.ipv4.ip_forward sets every device's forwarding, too
      keys.sort((a, b) => Number(b.endsWith("ip_forward")) - Number(a.endsWith("ip_forward")));
      sightings.push(
        sysctlSighting(side, family, probes, {
          id: "ip-forward-off",
          keys,
          value: "1",
          durable: words("", ""),
        }),
      );
    }
    return sightings;
  },

  explain(sighting) {
    const [first] = sighting.probes;
    const to = first ? flowText(first) : "";
    const keys = [...sighting.side.snapshot.sysctls.keys()].filter(isForwarding);
    return {
      title: words("The node does not forward packets", "节点没有开启转发"),
      what: words(
        `On the ${sighting.side.name} node forwarding is off, so a packet of the connection to ${to} that is for another host is dropped.`,
        `${sideWords[sighting.side.name]}没有开启转发，因此到 ${to} 的连接中发往其他主机的报文被丢弃。`,
      ),
      why: words(
        "Pods and outside clients reach Services only through forwarding; processes of the node often still work.",
        "Pod 与外部客户端访问 Service 都依赖转发；节点自身的进程往往仍然正常。",
      ),
      verify: sysctlVerify(sighting, ...keys.slice(0, 1)),
    };
  },
};
