/*
 * What it finds: in IPVS mode, a virtual server of this node has no usable real server (none, or all with weight 0) or is not there
 *   at all, while the other node or the endpoints pasted show that the Service has some.
 * Why traffic breaks: IPVS answers with ICMP port unreachable, the node itself with a reset: refused at once, on this node only.
 * How sure: what the other node or kubectl shows. A Service that has no endpoints anywhere is no defect of the node.
 * Fix: restart kube-proxy; add the real server by hand until then.
 * References: kubernetes 108319, 70493, 105505, 77903, 89392, 90188.
 */
import { words } from "../../base/words.ts";
import { endpointText, type Flow } from "../../simulate/flow.ts";
import { serversAt } from "../../simulate/known-places.ts";
import { sideWords } from "../borrow.ts";
import { elsewhere, serviceOf } from "../evidence/elsewhere.ts";
import { commandLines, restartKubeProxy } from "../fix/commands.ts";
import { addRealServers } from "../fix/edit.ts";
import type { Probe } from "../probe.ts";
import { endingBy, groupedBy } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

const flags: Readonly<Partial<Record<Flow["proto"], string>>> = { tcp: "-t", udp: "-u", sctp: "--sctp-service" };

export const noRealServers: DefectRule = {
  id: "no-real-servers",

  find(subject: Case): Sighting[] {
    const { side, failing } = subject;
    if (side.snapshot.borrowed.includes("ipvs")) return [];
    const sightings: Sighting[] = [];
    for (const [family, all] of endingBy(failing, "no-real-server", "no-virtual-server")) {
      const known = new Map(all.map((p) => [p, elsewhere(subject, p)]));
      const some = all.filter((p) => known.get(p)?.has === "some" && known.get(p)?.localOnly !== "yes");
      const endpoints = (p: Probe) => known.get(p)?.endpoints ?? [];
      const server = (p: Probe) =>
        serversAt(side.snapshot.ipvs.servers, p.flow.proto, p.flow.to).find((s) => s.port === p.flow.port);
      for (const [localOnly, probes] of groupedBy(some, (p) => known.get(p)?.localOnly))
        sightings.push({
          id: "no-real-servers",
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
                    ...new Set(
                      probes.flatMap((p) => [
                        ...(server(p) ? [] : [`ipvsadm -A ${flags[p.flow.proto]} ${flowText(p)} -s rr`]),
                        ...endpoints(p).map(
                          (r) =>
                            `ipvsadm ${server(p)?.realServers.some((x) => x.address === r.address) ? "-e" : "-a"} ${flags[p.flow.proto]} ${flowText(p)} -r ${endpointText(r.address, r.port)} -m -w 1`,
                        ),
                      ]),
                    ),
                  ]),
                  says: words(
                    "At once; kube-proxy sets its own list at its next sync. Undo with ipvsadm -d. Open connections stay as they are.",
                    "立即生效；kube-proxy 下次同步时会恢复它自己的列表。用 ipvsadm -d 撤销。已建立的连接不变。",
                  ),
                },
              ],
              holds: words("Shown with the real servers known elsewhere.", "以别处已知的真实服务器验证。"),
              apply: (snapshot) =>
                probes.reduce((next, p) => {
                  const own = server(p) ?? serviceOf(p);
                  return own ? addRealServers(next, own, endpoints(p)) : next;
                }, snapshot),
            },
          ],
          missteps: [],
          // all it has are pods of the other node: so it looks with an internal traffic policy Local, too
          ...(localOnly === "unsure" ? { atMost: "possible" } : {}),
          evidence: probes.slice(0, 3).flatMap((p) => {
            const own = server(p) ?? serviceOf(p);
            return own
              ? [
                  {
                    side: side.name,
                    at: own.at,
                    says: !("realServers" in own)
                      ? words(`${flowText(p)} has no virtual server here`, `${flowText(p)} 在此没有虚拟服务`)
                      : own.realServers.length === 0
                        ? words(`${flowText(p)} has no real server here`, `${flowText(p)} 在此没有真实服务器`)
                        : words(
                            `all real servers of ${flowText(p)} have weight 0 here`,
                            `${flowText(p)} 的真实服务器在此权重都是 0`,
                          ),
                  },
                  ...(known.get(p)?.evidence ?? []),
                ]
              : [];
          }),
          byAbsence: false,
        });
    }
    return sightings;
  },

  explain({ side, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const missing = first?.trace.ending.reason === "no-virtual-server";
    return {
      title: missing
        ? words(
            "IPVS on this node has no virtual server for a Service that has endpoints",
            "本节点的 IPVS 没有该 Service 的虚拟服务，而它是有端点的",
          )
        : words(
            "IPVS on this node has no usable real server for a Service that has endpoints",
            "本节点的 IPVS 没有该 Service 可用的真实服务器，而它是有端点的",
          ),
      what: missing
        ? words(
            `On the ${side.name} node IPVS has no virtual server ${to}, although the node holds its address; elsewhere the Service has endpoints.`,
            `${sideWords[side.name]}的 IPVS 没有虚拟服务 ${to}，尽管该节点持有其地址；而该 Service 在别处有端点。`,
          )
        : words(
            `On the ${side.name} node the virtual server ${to} has no real server that takes new connections; elsewhere the Service has some.`,
            `${sideWords[side.name]}的虚拟服务 ${to} 没有能接受新连接的真实服务器，而该 Service 在别处有。`,
          ),
      why: missing
        ? words(
            "The packet ends at the node itself, which answers with a reset. kube-proxy of this node did not write the virtual server, or somebody took it away.",
            "报文止于节点自身，由它回 RST。本节点的 kube-proxy 没有写入该虚拟服务，或有人删掉了它。",
          )
        : words(
            "IPVS refuses such connections at once. kube-proxy of this node has not heard of the endpoints, or left them drained.",
            "IPVS 会立即拒绝连接。本节点的 kube-proxy 没有收到端点更新，或把它们一直留在排空状态。",
          ),
      verify: first ? [`ipvsadm -L -n ${flags[first.flow.proto]} ${to}`] : [],
    };
  },
};
