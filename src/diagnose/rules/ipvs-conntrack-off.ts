/*
 * What it finds: net.ipv4.vs.conntrack is 0, so connections that IPVS takes are not tracked, and MASQUERADE, which works
 *   on tracked connections only, never applies to them, marked or not.
 * Why traffic breaks: a process of the node keeps the cluster IP as source, an outside client its own; the answers do not
 *   come back through this node.
 * How sure: the dump shows the value. kube-proxy sets 1 when it starts; something set it back.
 * Fix: 1, at once and durably; restart kube-proxy sets it too.
 * References: net/netfilter/ipvs/ip_vs_nfct.c; kube-vip PR 782; keepalived-vip 108; kube-router 544.
 */
import { words } from "../../base/words.ts";
import { familyOf } from "../../model/net/ip.ts";
import { sideWords } from "../borrow.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { sysctlSighting, sysctlVerify } from "./sysctl-off.ts";
import { flowText, isTracked } from "./unmarked.ts";

const key = "net.ipv4.vs.conntrack";

export const ipvsConntrackOff: DefectRule = {
  id: "ipvs-conntrack-off",

  find({ side, failing }: Case): Sighting[] {
    if (side.snapshot.sysctls.get(key)?.value.trim() !== "0") return [];
    return ([4, 6] as const).flatMap((family) => {
      const probes = failing.filter((p) => familyOf(p.flow.to) === family && !isTracked(p));
      return probes.length === 0
        ? []
        : [
            sysctlSighting(side, family, probes, {
              id: "ipvs-conntrack-off",
              keys: [key],
              value: "1",
              durable: words("kube-proxy sets it when it starts, too.", "kube-proxy 启动时也会设置它。"),
            }),
          ];
    });
  },

  explain(sighting) {
    const [first] = sighting.probes;
    const to = first ? flowText(first) : "";
    const node = sideWords[sighting.side.name];
    return {
      title: words(
        "IPVS connections are not tracked, so nothing masquerades them",
        "IPVS 连接没有被 conntrack 跟踪，因此不会做 MASQUERADE",
      ),
      what: words(
        `On the ${sighting.side.name} node ${key} is 0: the packet to ${to} leaves IPVS untracked and skips the nat table's POSTROUTING.`,
        `${node}上 ${key} 为 0：访问 ${to} 的报文离开 IPVS 时未被跟踪，跳过 nat 表的 POSTROUTING。`,
      ),
      why: words(
        "It leaves with a source that nobody outside routes back to this node, so the answer is lost.",
        "它带着外部无法路由回本节点的源地址发出，回包丢失。",
      ),
      verify: sysctlVerify(sighting, key),
    };
  },
};
