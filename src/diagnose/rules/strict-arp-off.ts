/*
 * What it finds: in IPVS mode an address of a load balancer lies on kube-ipvs0 and in the subnet of one of the node's own devices, and
 *   arp_ignore is 0: the node answers ARP for it, as does every other node.
 * Why traffic breaks: where one node is to announce the address (MetalLB in layer 2 mode, kube-vip, keepalived), clients get to any node,
 *   or to several in turn. Where a cloud brings the packets, nobody asks by ARP, and nothing is wrong: so it is a risk.
 * How sure: the dumps show the value. Likely only where MetalLB or kube-vip was seen.
 * Fix: strictARP: true in kube-proxy's configuration, which sets arp_ignore 1 and arp_announce 2.
 * References: metallb 153; kubernetes 59976; antrea 3785; net/ipv4/arp.c arp_ignore.
 */
import { words } from "../../base/words.ts";
import { ipvsDevice } from "../../kube-proxy/names.ts";
import { cidrHas, cidrOf, printCidr } from "../../model/net/cidr.ts";
import { familyOf } from "../../model/net/ip.ts";
import type { Link, LinkAddress } from "../../model/routing/link.ts";
import type { Flow } from "../../simulate/flow.ts";
import { sideWords } from "../borrow.ts";
import type { Evidence } from "../finding.ts";
import type { Side } from "../side.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

interface Answered {
  readonly line: LinkAddress;
  readonly by: Link;
  readonly subnet: string;
}

/** What the node answers ARP for though it is no address of the device that is asked. */
function answeredFor(side: Side): Answered[] {
  const { links } = side.snapshot;
  const device = links.list.find((link) => link.name === ipvsDevice);
  const outer = new Set<string>(
    side.services.filter((s) => s.kind === "load-balancer" || s.kind === "external").map((s) => s.address),
  );
  const others = links.list.filter((link) => link !== device && link.name !== "lo");
  return (device?.addresses ?? []).flatMap((line) => {
    if (familyOf(line.address) === 6 || !outer.has(line.address)) return [];
    for (const by of others)
      for (const a of by.addresses) {
        if (a.prefix > 30 || familyOf(a.address) === 6) continue;
        const subnet = cidrOf(a.address, a.prefix);
        if (a.address !== line.address && cidrHas(subnet, line.address) && isLoose(side, by.name))
          return [{ line, by, subnet: printCidr(subnet) }];
      }
    return [];
  });
}

const key = (device: string, name: string): string => `net.ipv4.conf.${device}.${name}`;

/** The greater of the device's value and that of all counts. */
function isLoose({ snapshot }: Side, device: string): boolean {
  const values = ["all", device].map((d) => snapshot.sysctls.get(key(d, "arp_ignore"))?.value.trim());
  if (values[0] === undefined) return snapshot.kubeProxy?.strictArp?.value === false && values[1] === undefined;
  return values.every((value) => value === undefined || value === "0");
}

/** Somebody who answers ARP for one node at a time. */
const announcer = ({ snapshot }: Side): Evidence["at"] | undefined =>
  snapshot.cluster.pods.find((p) => /metallb|speaker|kube-vip/.test(`${p.namespace ?? ""}/${p.name}`))?.at ??
  snapshot.system.listeners.list.find((l) => /^(?:speaker|kube-vip|keepalived)$/.test(l.process ?? ""))?.at;

export const strictArpOff: DefectRule = {
  id: "strict-arp-off",

  asks: (side: Side): readonly Flow[] =>
    answeredFor(side)
      .slice(0, 6)
      .flatMap(({ line }) => side.services.find((s) => s.address === line.address) ?? [])
      .map(({ address, port, proto }) => ({ from: "external", to: address, port, proto })),

  find({ side, probes: all }: Case): Sighting[] {
    const answered = answeredFor(side);
    const addresses = new Set<string>(answered.map((a) => a.line.address));
    const probes = all.filter((p) => p.flow.from === "external" && addresses.has(p.flow.to));
    const [first] = answered;
    if (!first || probes.length === 0) return [];
    const seen = announcer(side);
    const setting = side.snapshot.sysctls.get(key("all", "arp_ignore")) ?? side.snapshot.kubeProxy?.strictArp;
    return [
      {
        id: "strict-arp-off",
        side,
        family: 4,
        probes,
        kind: "risk",
        atMost: seen ? "likely" : "possible",
        remedies: [],
        unproven: words(
          "Which node answers ARP first lies beyond one node, so nothing could be simulated.",
          "哪个节点先应答 ARP 超出单个节点的范围，无法模拟。",
        ),
        advice: [
          {
            kind: "config",
            text: "ipvs:\n  strictARP: true",
            says: words(
              "In kube-proxy's configuration (kubectl -n kube-system edit configmap kube-proxy; flag --ipvs-strict-arp), then restart kube-proxy on every node. It sets arp_ignore 1 and arp_announce 2. Open connections stay as they are.",
              "写入 kube-proxy 配置（kubectl -n kube-system edit configmap kube-proxy；参数 --ipvs-strict-arp），然后重启每个节点的 kube-proxy。它会设置 arp_ignore 为 1、arp_announce 为 2。已建立的连接不变。",
            ),
          },
          {
            kind: "command",
            text: `sysctl -w ${key("all", "arp_ignore")}=1; sysctl -w ${key("all", "arp_announce")}=2`,
            says: words(
              "At once on this node, until the next boot; needed on every node. Undo with 0. Neighbours keep what they learnt for some minutes.",
              "在本节点立即生效，重启后失效；每个节点都需要。改回 0 即可撤销。邻居会保留已学到的结果几分钟。",
            ),
          },
        ],
        missteps: [],
        evidence: [
          ...(setting
            ? [
                {
                  side: side.name,
                  at: setting.at,
                  says: words(
                    "so the node answers ARP for any address that it has, on any device",
                    "因此节点会在任意设备上为自己的任意地址应答 ARP",
                  ),
                },
              ]
            : []),
          {
            side: side.name,
            at: first.line.at,
            says: words(
              `${first.line.address} lies in ${first.subnet}, where ${first.by.name} is asked for it`,
              `${first.line.address} 位于 ${first.subnet}，会在 ${first.by.name} 上被询问`,
            ),
          },
          ...(seen
            ? [{ side: side.name, at: seen, says: words("announces addresses by ARP", "通过 ARP 宣告地址") }]
            : []),
        ],
        byAbsence: false,
      },
    ];
  },

  explain({ side, probes }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const address = first?.flow.to ?? "";
    return {
      title: words(
        "Every node in IPVS mode answers ARP for the load balancer's address",
        "IPVS 模式下每个节点都会为负载均衡地址应答 ARP",
      ),
      what: words(
        `On the ${side.name} node ${address} is on ${ipvsDevice} and arp_ignore is 0, so the node answers ARP for it, whichever node is to announce it.`,
        `${sideWords[side.name]}的 ${ipvsDevice} 上有 ${address}，且 arp_ignore 为 0，因此无论该由哪个节点宣告，本节点都会为它应答 ARP。`,
      ),
      why: words(
        `With MetalLB in layer 2 mode, kube-vip or keepalived, clients of ${to} reach any node, or several in turn. Where a cloud's load balancer brings the packets it does no harm.`,
        `使用 MetalLB 二层模式、kube-vip 或 keepalived 时，${to} 的客户端会到达任意节点，或轮流到达多个节点。若由云负载均衡送来报文，则没有影响。`,
      ),
      verify: [
        `arping -c 3 ${address}   # from a neighbour: one MAC address answers`,
        `sysctl ${key("all", "arp_ignore")}`,
      ],
    };
  },
};
