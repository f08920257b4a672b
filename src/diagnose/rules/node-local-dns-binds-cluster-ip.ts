/*
 * What it finds: in IPVS mode NodeLocal DNSCache holds the DNS Service's cluster IP on its own device, too, and has told conntrack to
 *   skip packets to it (NOTRACK in raw).
 * Why traffic breaks: IPVS takes these packets all the same, before the cache can, and what is not tracked is not masqueraded. A process
 *   of the node sends with the cluster IP as source and gets no answer; the cache itself is never asked.
 * How sure: the flow fails untracked, and works once the address and the rules are gone. In iptables mode the cache is to hold it.
 * Fix: the cache on its link-local address alone, and the kubelet's clusterDNS pointing there.
 * References: kubernetes website PR 18716 (NodeLocal DNSCache in IPVS mode); kubernetes/dns cmd/node-cache.
 */
import { words } from "../../base/words.ts";
import { ipvsDevice } from "../../kube-proxy/names.ts";
import { hostCidr, sameCidr } from "../../model/net/cidr.ts";
import { familyOf, type Ip } from "../../model/net/ip.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import { type Rule, rulesOf } from "../../model/netfilter/rule.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import type { Link, LinkAddress } from "../../model/routing/link.ts";
import { sideWords } from "../borrow.ts";
import { commandLines, toolFor } from "../fix/commands.ts";
import { replaceRule, unbindAddresses } from "../fix/edit.ts";
import type { Probe } from "../probe.ts";
import { groupedBy } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText, isTracked } from "./unmarked.ts";

/** Rules of raw that take packets from or to this address out of conntrack's sight. */
function skipping(snapshot: NodeSnapshot, address: Ip): Rule[] {
  const family = familyOf(address);
  const own = hostCidr(address);
  return [...(snapshot.iptables.get(family)?.tables.get("raw")?.chains.values() ?? [])].flatMap((chain) =>
    [...rulesOf(chain.rules)].filter(
      ({ header, target }) =>
        (target?.name === "NOTRACK" || target?.name === "CT") &&
        [header.source, header.destination].some((part) => part && !part.negated && sameCidr(part.is, own)),
    ),
  );
}

/** The other device that holds an address of kube-ipvs0. */
function alsoOn(
  { links }: NodeSnapshot,
  address: Ip,
): { link: Link; line: LinkAddress; ipvs: LinkAddress } | undefined {
  const ipvs = links.list.find((l) => l.name === ipvsDevice)?.addresses.find((a) => a.address === address);
  for (const link of links.list) {
    const line = link.name === ipvsDevice ? undefined : link.addresses.find((a) => a.address === address);
    if (line && ipvs) return { link, line, ipvs };
  }
  return undefined;
}

const untrackedOnBoth = (p: Probe): Ip | undefined => {
  const { snapshot } = p.side;
  const found = !isTracked(p) && alsoOn(snapshot, p.flow.to) && skipping(snapshot, p.flow.to).length > 0;
  return found ? p.flow.to : undefined;
};

export const nodeLocalDnsBindsClusterIp: DefectRule = {
  id: "node-local-dns-binds-cluster-ip",

  find({ side, failing }: Case): Sighting[] {
    return [...groupedBy(failing, untrackedOnBoth)].flatMap(([address, probes]): Sighting[] => {
      const place = alsoOn(side.snapshot, address);
      if (!place) return [];
      const { link, line, ipvs } = place;
      const family = familyOf(address);
      const rules = skipping(side.snapshot, address);
      const tool = toolFor(family);
      const local = link.addresses.find((a) => a.address !== address)?.address;
      return [
        {
          id: "node-local-dns-binds-cluster-ip",
          side,
          family,
          probes,
          remedies: [
            {
              fixes: [
                {
                  kind: "config",
                  text: `args: [ "-localip", "${local ?? "169.254.20.10"}", … ]   # in DaemonSet kube-system/node-local-dns: without ${address}; and "bind ${local ?? "169.254.20.10"}" in its Corefile\nclusterDNS: [ "${local ?? "169.254.20.10"}" ]   # in the kubelet's configuration`,
                  says: words(
                    "For good. The cache takes its rules and the address away when it restarts; pods get the new address when they start anew. Lookups in flight are tried again by the resolver.",
                    "长久之计。缓存重启时会移除它的规则与地址；Pod 重新创建后才会得到新地址。正在进行的查询会由解析器重试。",
                  ),
                },
                {
                  kind: "command",
                  text: commandLines([
                    `ip addr del ${address}/${line.prefix} dev ${link.name}`,
                    ...rules.map((rule) => `${tool} -t raw -D ${printRule(rule).replace(/^-A /, "")}`),
                  ]),
                  says: words(
                    "At once, until the cache puts them back (it checks every minute). Undo by restarting it.",
                    "立即生效，直到缓存把它们加回来（每分钟检查一次）。重启缓存即可撤销。",
                  ),
                },
              ],
              holds: words(
                "Shown with the address off the cache's device and its rules gone.",
                "以从缓存的设备上去掉该地址并删除其规则验证。",
              ),
              apply: (snapshot) =>
                [...rules]
                  .sort((a, b) => b.number - a.number)
                  .reduce(
                    (next, rule) => replaceRule(next, family, rule),
                    unbindAddresses(snapshot, link.name, new Set([address])),
                  ),
            },
          ],
          missteps: [],
          evidence: [
            {
              side: side.name,
              at: line.at,
              says: words(`the cache holds ${address} on ${link.name}`, `缓存在 ${link.name} 上持有 ${address}`),
            },
            {
              side: side.name,
              at: ipvs.at,
              says: words(`and so does ${ipvsDevice}, for IPVS`, `${ipvsDevice} 上也有它，供 IPVS 使用`),
            },
            ...rules.slice(0, 2).map((rule) => ({
              side: side.name,
              at: rule.at,
              says: words("packets that this rule takes are not tracked", "该规则命中的报文不做连接跟踪"),
            })),
          ],
          byAbsence: false,
        },
      ];
    });
  },

  explain({ side, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const address = first?.flow.to;
    const device = address && alsoOn(side.snapshot, address)?.link.name;
    return {
      title: words(
        "NodeLocal DNSCache holds the DNS Service's cluster IP although the mode is IPVS",
        "IPVS 模式下 NodeLocal DNSCache 仍绑定了 DNS Service 的 cluster IP",
      ),
      what: words(
        `On the ${side.name} node ${address} is on ${device} and on ${ipvsDevice}, and packets to it are not tracked: those to ${to} go to IPVS, not to the cache, and are not masqueraded.`,
        `${sideWords[side.name]}上 ${address} 同时在 ${device} 与 ${ipvsDevice} 上，且发往它的报文不做连接跟踪：发往 ${to} 的报文进入 IPVS 而不是缓存，也不会做 MASQUERADE。`,
      ),
      why: words(
        "In IPVS mode the cache can have its link-local address only. What conntrack does not see, nat does not change: the server's answer goes to the cluster IP and is lost.",
        "IPVS 模式下缓存只能使用 link-local 地址。conntrack 看不到的报文，nat 不会改写：服务端把回包发给 cluster IP，从而丢失。",
      ),
      verify: [
        `ip -brief addr | grep -F ${address ?? ""}   # ${ipvsDevice} alone`,
        `iptables -t raw -S | grep -c -F ${address ?? ""}   # 0`,
      ],
    };
  },
};
