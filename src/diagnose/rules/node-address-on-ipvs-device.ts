/*
 * What it finds: kube-ipvs0 holds the address of a node: of another one (kubectl's nodes, an endpoint, a next hop), or this node's own
 *   main address. kube-proxy binds every external IP and load balancer IP of a Service there.
 * Why traffic breaks: the other node's address is local here, so everything that this node sends there, the API's endpoint included, ends
 *   on this node itself. This node's own address works until the Service goes, when kube-proxy takes the address away.
 * How sure: flows to that address end here and leave again once it is off the device. The node's own address alone is a risk.
 * Fix: take the address out of the Service; `ip addr del` until then.
 * References: rke 2010; kubernetes 114815.
 */
import { words } from "../../base/words.ts";
import { ipvsDevice, plainSetName } from "../../kube-proxy/names.ts";
import { nodeAddress } from "../../kube-proxy/node-address.ts";
import { cidrHas, cidrOf } from "../../model/net/cidr.ts";
import { bitsOf, familyOf, type Ip } from "../../model/net/ip.ts";
import { fieldKey } from "../../model/net/symbolic.ts";
import type { LinkAddress } from "../../model/routing/link.ts";
import type { Flow } from "../../simulate/flow.ts";
import { sideWords } from "../borrow.ts";
import type { Evidence, Fix } from "../finding.ts";
import { commandLines } from "../fix/commands.ts";
import { removeFromSet, unbindAddresses } from "../fix/edit.ts";
import type { Probe } from "../probe.ts";
import type { Side } from "../side.ts";
import { endsAt } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

/** The kubelet listens on every node. */
const kubelet = 10250;

/** An address on kube-ipvs0 that is a node's. */
interface Taken {
  readonly line: LinkAddress;
  readonly whose: "own" | "other";
  /** The line that says whose it is. */
  readonly shown: Evidence;
}

/** Addresses of kube-ipvs0 that dumps give to a node. Nothing where this node's other devices were not pasted. */
function takenOn(side: Side): Taken[] {
  const { links, routes, cluster } = side.snapshot;
  const device = links.list.find((link) => link.name === ipvsDevice);
  const others = links.list.filter((link) => link !== device && link.name !== "lo");
  if (!device || !others.some((link) => link.addresses.length > 0)) return [];
  const own = new Map(others.flatMap((link) => link.addresses.map((a) => [a.address, a] as const)));
  const mine = new Set(([4, 6] as const).flatMap((family) => nodeAddress(side.snapshot, family) ?? []));
  const known = new Map<Ip, Evidence>();
  const add = (address: Ip | undefined, evidence: Evidence): void => {
    if (address !== undefined && !known.has(address)) known.set(address, evidence);
  };
  for (const node of cluster.nodes)
    for (const ip of node.internalIps)
      add(ip, {
        side: side.name,
        at: node.at,
        says: words(`${ip} is ${node.name}'s address`, `${ip} 是 ${node.name} 的地址`),
      });
  for (const { hops, at } of routes.list)
    for (const { via } of hops)
      add(via, { side: side.name, at, says: words(`${via} is a next hop`, `${via} 是下一跳`) });
  // an endpoint may be another Service's address; the API's servers and neighbours are hosts
  const isHost = (ip: Ip): boolean =>
    others.some((link) =>
      link.addresses.some((a) => a.prefix < bitsOf(familyOf(ip)) && cidrHas(cidrOf(a.address, a.prefix), ip)),
    );
  for (const s of side.services)
    for (const e of s.endpoints.slice(0, 200))
      if (s.name?.startsWith("default/kubernetes") || isHost(e.address))
        add(e.address, {
          side: side.name,
          at: s.at,
          says: words(`${e.address} is an endpoint`, `${e.address} 是端点`),
        });
  return device.addresses.flatMap((line): Taken[] => {
    const here = own.get(line.address);
    if (here)
      return mine.has(line.address)
        ? [
            {
              line,
              whose: "own",
              shown: { side: side.name, at: here.at, says: words("it is this node's own", "它是本节点自己的地址") },
            },
          ]
        : [];
    const shown = known.get(line.address);
    return shown ? [{ line, whose: "other", shown }] : [];
  });
}

/** Sets of what is on kube-ipvs0, for the filter that guards it (1.26 and later). */
const guardSets = ({ snapshot }: Side): string[] =>
  [...snapshot.sets.byName.keys()].filter((name) => plainSetName(name) === "KUBE-IPVS-IPS");

/** Where the request ends: at the address asked for, or at the endpoint that it was translated to. */
const endsTo = ({ trace }: Probe): string => fieldKey(trace.steps[trace.ending.step]?.packet.dst ?? "");

export const nodeAddressOnIpvsDevice: DefectRule = {
  id: "node-address-on-ipvs-device",

  asks: (side: Side): readonly Flow[] =>
    takenOn(side)
      .slice(0, 6)
      .map(({ line, whose }) => ({
        from: whose === "own" ? "external" : "host",
        to: line.address,
        port: kubelet,
        proto: "tcp",
      })),

  find({ side, failing, probes: all }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    const taken = takenOn(side);
    for (const family of [4, 6] as const)
      for (const whose of ["other", "own"] as const) {
        const list = taken.filter((t) => t.whose === whose && familyOf(t.line.address) === family);
        const addresses = new Set(list.map((t) => t.line.address));
        // this node's own is harmed by the filter that guards kube-ipvs0, and by nothing else
        const lost = failing.filter(
          (p) => addresses.has(endsTo(p) as Ip) && (whose === "other" || endsAt(p)?.chain === "KUBE-IPVS-FILTER"),
        );
        const risk = whose === "own" && lost.length === 0;
        const asked = all.filter((p) => addresses.has(p.flow.to) && p.flow.port === kubelet);
        // too little was pasted to follow a packet there, and the address is local all the same
        const open =
          whose === "other" && lost.length === 0 && asked.every((p) => p.simulation.outcome === "undecidable");
        const probes = risk || open ? asked : lost;
        if (probes.length === 0) continue;
        const shown =
          whose === "own" || open ? list : list.filter((t) => probes.some((p) => endsTo(p) === t.line.address));
        sightings.push({
          id: "node-address-on-ipvs-device",
          side,
          family,
          probes,
          remedies: open
            ? []
            : [
                {
                  fixes: fixesFor(side, shown),
                  holds: words(`Shown with the address off ${ipvsDevice}.`, `以从 ${ipvsDevice} 上去掉该地址验证。`),
                  apply: (snapshot) =>
                    guardSets(side).reduce(
                      (next, name) => removeFromSet(next, name, addresses),
                      unbindAddresses(snapshot, ipvsDevice, addresses),
                    ),
                },
              ],
          ...(open
            ? {
                advice: fixesFor(side, shown),
                atMost: "possible",
                unproven: words(
                  "What was pasted is too little to follow a packet there, so no fix was simulated.",
                  "粘贴的内容不足以跟踪发往那里的报文，因此没有模拟修复。",
                ),
              }
            : {}),
          givesUp: (p) => addresses.has(p.flow.to), // the Service's hold on an address that is a node's
          missteps: [],
          evidence: shown.slice(0, 3).flatMap(({ line, shown: by }) => [
            {
              side: side.name,
              at: line.at,
              says: words(`${line.address} is on ${ipvsDevice}`, `${line.address} 在 ${ipvsDevice} 上`),
            },
            by,
          ]),
          byAbsence: false,
          ...(risk ? { kind: "risk" } : {}),
        });
      }
    return sightings;
  },

  explain({ side, probes, kind }) {
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const address = first ? (kind === "risk" || first.flow.port === kubelet ? first.flow.to : endsTo(first)) : "";
    const own = takenOn(side).some((t) => t.whose === "own" && t.line.address === address);
    return {
      title: words(`A node's address is on ${ipvsDevice}`, `节点的地址被绑定在 ${ipvsDevice} 上`),
      what: own
        ? words(
            `On the ${side.name} node ${ipvsDevice} holds ${address}, which is the node's own address.`,
            `${sideWords[side.name]}的 ${ipvsDevice} 上有 ${address}，它是该节点自己的地址。`,
          )
        : words(
            `On the ${side.name} node ${ipvsDevice} holds ${address}, which is another node's address: the packet to ${to} ends on this node itself.`,
            `${sideWords[side.name]}的 ${ipvsDevice} 上有 ${address}，而它是另一个节点的地址：发往 ${to} 的报文止于本节点自身。`,
          ),
      why: own
        ? words(
            "kube-proxy binds the external IPs and load balancer IPs of Services there. When that Service is deleted it takes the address away, and since 1.26 it refuses all ports on it but the Services': the kubelet, ssh and the API are refused from outside.",
            "kube-proxy 会把 Service 的 externalIPs 与负载均衡 IP 绑定在那里。该 Service 被删除时，它会移除此地址；自 1.26 起还会拒绝该地址上除 Service 以外的端口：从外部访问 kubelet、ssh 与 API 都会被拒绝。",
          )
        : words(
            "kube-proxy binds the external IPs and load balancer IPs of Services there, and what is bound is local: this node talks to itself when it means that node.",
            "kube-proxy 会把 Service 的 externalIPs 与负载均衡 IP 绑定在那里，绑定即为本机地址：本节点想访问那个节点时，其实是在和自己说话。",
          ),
      verify: [`ip route get ${address}   # not "local"`, `ip addr show dev ${ipvsDevice} | grep -F ${address}`],
    };
  },
};

function fixesFor(side: Side, taken: readonly Taken[]): Fix[] {
  const { snapshot, services } = side;
  const names = snapshot.services.list.filter((s) =>
    taken.some((t) => s.externalIps.includes(t.line.address) || s.loadBalancerIps.includes(t.line.address)),
  );
  const served = services.find((s) => taken.some((t) => t.line.address === s.address));
  const [service] = names;
  const name = service ? `${service.namespace ?? "NAMESPACE"}/${service.name}` : (served?.name ?? "NAMESPACE/SERVICE");
  return [
    {
      kind: "config",
      text: commandLines([
        ...(service || served?.name
          ? []
          : [
              `kubectl get services -A -o json | grep -B40 -F '"${taken[0]?.line.address ?? ""}"'   # names the Service`,
            ]),
        `kubectl -n ${name.split("/")[0]} edit service ${name.split("/")[1]?.split(":")[0]}   # take the address out of externalIPs, or give the load balancer one of its own`,
      ]),
      says: words(
        "For good: kube-proxy takes the address off the device at its next sync. Clients that use it as the Service's address lose it; give them another one first.",
        "长久之计：kube-proxy 下次同步时会从该设备移除地址。把它当作 Service 地址使用的客户端会受影响，请先换用别的地址。",
      ),
    },
    {
      kind: "command",
      text: commandLines(
        taken.map(({ line: { address } }) => {
          const family = familyOf(address);
          const sets = guardSets(side).filter((name) => snapshot.sets.byName.get(name)?.family === family);
          return [
            `ip addr del ${address}/${family === 4 ? 32 : 128} dev ${ipvsDevice}`,
            ...sets.map((name) => `ipset del ${name} ${address}`),
          ].join("; ");
        }),
      ),
      says: words(
        "At once, until kube-proxy's next sync binds it again (up to 30 seconds). Connections of this node to itself by that address end.",
        "立即生效，直到 kube-proxy 下次同步重新绑定（至多 30 秒）。本节点经该地址与自己的连接会断开。",
      ),
    },
  ];
}
