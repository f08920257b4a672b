/*
 * What it finds: in IPVS mode, a virtual server's address is on no device of the node.
 * Why traffic breaks: IPVS takes what is for the node itself. Without the address a pod's packet is routed on to the gateway,
 *   which has no such host. A process of the node still works, as IPVS sees its packets on the way out.
 * How sure: all addresses were pasted and this one is not among them, while ipvsadm serves it.
 * Fix: restart kube-proxy, or bind the address by hand.
 * References: kubernetes 121042, 55854, 71071, 85422; seen on Linux 6.1.
 */
import { words } from "../../base/words.ts";
import { ipvsDevice } from "../../kube-proxy/names.ts";
import type { Ip } from "../../model/net/ip.ts";
import { serversAt } from "../../simulate/known-places.ts";
import { sideWords } from "../borrow.ts";
import { commandLines, restartKubeProxy } from "../fix/commands.ts";
import { bindAddress } from "../fix/edit.ts";
import { endingBy } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

export const serviceAddressNotBound: DefectRule = {
  id: "service-address-not-bound",

  find({ side, failing }: Case): Sighting[] {
    const { snapshot } = side;
    if (side.print.mode !== "ipvs" || snapshot.links.coverage !== "whole" || snapshot.borrowed.includes("ipvs"))
      return [];
    const held = new Set<string>(snapshot.links.list.flatMap((link) => link.addresses.map((a) => a.address)));
    const sightings: Sighting[] = [];
    for (const [family, all] of endingBy(
      failing,
      "service-address-leaves-node",
      "router-no-route",
      "no-route",
      "loopback-source",
    )) {
      const probes = all.filter(
        (p) => !held.has(p.flow.to) && serversAt(snapshot.ipvs.servers, p.flow.proto, p.flow.to).length > 0,
      );
      const [first] = probes;
      if (!first) continue;
      const addresses = [...new Set<Ip>(probes.map((p) => p.flow.to))];
      const device = snapshot.links.list.find((link) => link.name === ipvsDevice);
      sightings.push({
        id: "service-address-not-bound",
        side,
        family,
        probes,
        remedies: [
          {
            fixes: [
              restartKubeProxy,
              {
                kind: "command",
                text: commandLines([
                  ...(device ? [] : [`ip link add ${ipvsDevice} type dummy`]),
                  ...addresses.map((ip) => `ip addr add ${ip}/${family === 4 ? 32 : 128} dev ${ipvsDevice}`),
                ]),
                says: words(
                  "At once, until kube-proxy starts anew, which does the same. Undo with ip addr del. Open connections stay as they are.",
                  "立即生效，直到 kube-proxy 重新启动（它会做同样的事）。用 ip addr del 撤销。已建立的连接不变。",
                ),
              },
            ],
            holds: words(`Shown with the address on ${ipvsDevice}.`, `以地址绑定在 ${ipvsDevice} 上验证。`),
            apply: (next) => addresses.reduce((s, ip) => bindAddress(s, ipvsDevice, ip), next),
          },
        ],
        missteps: [],
        evidence: [
          ...(device
            ? [
                {
                  side: side.name,
                  at: device.at,
                  says: words(`${ipvsDevice} does not hold ${first.flow.to}`, `${ipvsDevice} 上没有 ${first.flow.to}`),
                },
              ]
            : []),
          ...serversAt(snapshot.ipvs.servers, first.flow.proto, first.flow.to)
            .slice(0, 1)
            .map((server) => ({
              side: side.name,
              at: server.at,
              says: words("IPVS has a virtual server for it", "IPVS 中有它的虚拟服务"),
            })),
        ],
        byAbsence: true,
      });
    }
    return sightings;
  },

  explain(sighting) {
    const [first] = sighting.probes;
    const to = first ? flowText(first) : "";
    const ip = first?.flow.to ?? "";
    return {
      title: words(
        `${ip} is served by IPVS but bound to no device`,
        `IPVS 提供 ${ip} 的服务，但该地址没有绑定在任何设备上`,
      ),
      what: words(
        `On the ${sighting.side.name} node IPVS has a virtual server for ${to}, but ${ip} is no address of the node.`,
        `${sideWords[sighting.side.name]}的 IPVS 中有 ${to} 的虚拟服务，但 ${ip} 不是本机地址。`,
      ),
      why: words(
        "A pod's packet to it is routed on like any other and never meets IPVS. Processes of the node still reach it.",
        "Pod 发往它的报文像其他报文一样被路由出去，遇不到 IPVS。节点自身的进程仍能访问。",
      ),
      verify: [`ip addr show ${ipvsDevice} | grep -F ${ip}`, `ip route get ${ip}`],
    };
  },
};
