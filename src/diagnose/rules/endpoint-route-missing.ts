/*
 * What it finds: the packet is translated to an endpoint, and the node has no route there: none at all, one that discards, or
 *   only the default route, while pods of other nodes (or of this one) have routes of their own.
 * Why traffic breaks: only nodes know where pods are, so the default gateway has no way to it. One node's endpoints are dead, or, if
 *   the network plugin does not run, all but this node's own.
 * How sure: table main was pasted whole. That the default gateway does not route pods is taken for granted where other pods have
 *   routes of their own; where a cloud routes pods, no node has such routes and nothing is found.
 * Fix: the route by hand; restart the network plugin's agent on this node.
 * References: flannel host-gw and vxlan backends, Calico's BIRD; KubeSkoop's flannel plugin checks the same.
 */
import { words } from "../../base/words.ts";
import { type Unrouted, unroutedPod } from "../../kube-proxy/pod-routes.ts";
import { type Cidr, cidrHas, cidrOf, hostCidr, prefixLength, printCidr } from "../../model/net/cidr.ts";
import { bitsOf, type Family, familyOf, fromValue, type Ip, parseIp } from "../../model/net/ip.ts";
import { fieldKey, isSymbolic } from "../../model/net/symbolic.ts";
import type { NextHop, Route } from "../../model/routing/route.ts";
import type { Step } from "../../simulate/trace.ts";
import { sideWords } from "../borrow.ts";
import type { Evidence } from "../finding.ts";
import { commandLines } from "../fix/commands.ts";
import { replaceRoutes } from "../fix/edit.ts";
import type { Probe } from "../probe.ts";
import type { Side } from "../side.ts";
import { endingBy } from "./ending.ts";
import type { Case, DefectRule, Sighting } from "./rule.ts";
import { flowText } from "./unmarked.ts";

const reasons: readonly string[] = ["pod-without-route", "no-route", "blackhole-route"];

/** Endpoints that packets of these flows have no way to, the request already translated. */
function unreached(probes: readonly Probe[]): Ip[] {
  const found = new Set<Ip>();
  for (const p of probes)
    for (const { ending, steps } of p.simulation.traces) {
      const stopped = steps[ending.step];
      if (!reasons.includes(ending.reason) || stopped?.direction !== "original") continue;
      const dst = chosenByIpvs(steps) ?? stopped.packet.dst;
      if (!isSymbolic(dst) && fieldKey(dst) !== p.flow.to) found.add(dst);
    }
  return [...found];
}

/** IPVS rewrites nothing for a real server that no route leads to. */
function chosenByIpvs(steps: readonly Step[]): Ip | undefined {
  const step = steps.find((s) => s.kind === "ipvs" && s.what === "scheduled");
  if (step?.kind !== "ipvs" || step.real === undefined || step.changes.length > 0) return undefined;
  return parseIp(step.real.slice(0, step.real.lastIndexOf(":")).replace(/^\[|\]$/g, ""));
}

/** The route that is missing. */
interface Missing {
  readonly to: Cidr;
  readonly hop: NextHop;
  readonly source?: Ip;
  readonly command: string;
  /** The next hop comes from this cluster's own dumps. */
  readonly known: boolean;
  readonly evidence: readonly Evidence[];
}

export const endpointRouteMissing: DefectRule = {
  id: "endpoint-route-missing",

  find({ side, failing }: Case): Sighting[] {
    const sightings: Sighting[] = [];
    for (const [family, all] of endingBy(failing, ...reasons)) {
      const probes = all.filter((p) => unreached([p]).length > 0);
      if (probes.length === 0) continue;
      const missing = new Map<string, Missing>();
      for (const endpoint of unreached(probes)) {
        if ([...missing.values()].some((m) => cidrHas(m.to, endpoint))) continue;
        const route = missingRoute(side, endpoint, family);
        missing.set(printCidr(route.to), route);
      }
      const list = [...missing.values()];
      sightings.push({
        id: "endpoint-route-missing",
        side,
        family,
        probes,
        remedies: [
          {
            fixes: [
              {
                kind: "command",
                text: commandLines(list.map((m) => m.command)),
                says: words(
                  `At once, until the next boot or until the network plugin writes its routes. ${list.some((m) => !m.known) ? "The next hop in capitals is the node that has these pods: kubectl get pods -A -o wide shows it. " : ""}Undo with ip route del. Open connections stay as they are.`,
                  `立即生效，直到重启或网络插件重写路由。${list.some((m) => !m.known) ? "大写的下一跳是这些 Pod 所在的节点，可用 kubectl get pods -A -o wide 查看。" : ""}用 ip route del 撤销。已建立的连接不变。`,
                ),
              },
              {
                kind: "command",
                text: "kubectl get pods -A -o wide --field-selector spec.nodeName=NODE   # find the network plugin's pod (flannel, calico-node, kube-router …), look at its log, then: kubectl -n NAMESPACE delete pod POD",
                says: words(
                  "For good: the network plugin's agent of this node writes the routes when it starts. Pods keep running; open connections stay as they are.",
                  "长久之计：本节点的网络插件代理启动时会写入路由。Pod 继续运行，已建立的连接不变。",
                ),
              },
            ],
            holds: list.every((m) => m.known)
              ? words("", "")
              : words(
                  "Shown with the device that leads to other pods, whatever the next hop is.",
                  "以通向其他 Pod 的设备验证，与下一跳的取值无关。",
                ),
            apply: (snapshot) =>
              replaceRoutes(
                snapshot,
                list.map(({ to, hop, source }) => ({ to, hops: [hop], ...(source === undefined ? {} : { source }) })),
              ),
          },
        ],
        missteps: [],
        evidence: [...takenInstead(probes), ...list.flatMap((m) => m.evidence).slice(0, 4)],
        byAbsence: true,
      });
    }
    return sightings;
  },

  explain({ side, probes }) {
    const endpoints = unreached(probes);
    const [endpoint] = endpoints;
    const [first] = probes;
    const to = first ? flowText(first) : "";
    const more = endpoints.length - 1;
    return {
      title: words("The node has no route to endpoints of a Service", "节点缺少到 Service 端点的路由"),
      what: words(
        `On the ${side.name} node the packet to ${to} is translated to ${endpoint}, and no route leads there${more > 0 ? ` (nor to ${more} more endpoints)` : ""}.`,
        `${sideWords[side.name]}上，发往 ${to} 的报文被转换为 ${endpoint}，却没有通向那里的路由${more > 0 ? `（另有 ${more} 个端点也是如此）` : ""}。`,
      ),
      why: words(
        "Only the nodes know where pods are. Without a route the packet is discarded, or goes to the default gateway, which does not know either. Endpoints with a route still work, so it fails now and then.",
        "只有各节点知道 Pod 在哪里。没有路由，报文会被丢弃，或发给同样不知道的默认网关。有路由的端点仍然可用，因此表现为时好时坏。",
      ),
      verify: endpoint === undefined ? [] : [`ip route get ${endpoint}   # names the device and the node of the pod`],
    };
  },
};

/** The route by which the packets leave, or which discards them. */
function takenInstead(probes: readonly Probe[]): Evidence[] {
  for (const p of probes) {
    const { steps, ending } = p.trace;
    const routed = steps.slice(0, ending.step).reverse();
    for (const step of routed)
      if (step.kind === "routed" && step.at && step.to !== "local" && step.direction === "original")
        return [
          {
            side: p.side.name,
            at: step.at,
            says: words("the only route that is left for the packet", "报文只剩下这条路由"),
          },
        ];
  }
  return [];
}

function missingRoute(side: Side, endpoint: Ip, family: Family): Missing {
  const { snapshot } = side;
  const here = unroutedPod(snapshot, endpoint);
  const own = here?.why === "own-subnet" ? ownSubnet(side, endpoint) : undefined;
  return own ?? fromOtherNode(side, endpoint) ?? likeOthers(side, endpoint, here) ?? bare(side, endpoint, family);
}

/** The pods' bridge has the address, and its route is gone. */
function ownSubnet({ snapshot, name }: Side, endpoint: Ip): Missing | undefined {
  for (const link of snapshot.links.list)
    for (const { address, prefix, at } of link.addresses) {
      const to = cidrOf(address, prefix);
      if (link.name === "lo" || prefix === bitsOf(familyOf(address)) || !cidrHas(to, endpoint)) continue;
      return {
        to,
        hop: { dev: link.name },
        source: address,
        command: `ip route replace ${printCidr(to)} dev ${link.name} src ${address}`,
        known: true,
        evidence: [{ side: name, at, says: words("the endpoint lies in this subnet", "端点位于该子网内") }],
      };
    }
  return undefined;
}

/** The other node reaches it by a gateway that is a neighbour of this node too. */
function fromOtherNode(side: Side, endpoint: Ip): Missing | undefined {
  const { links } = side.snapshot;
  for (const route of side.snapshot.otherRoutes ?? []) {
    const [hop] = route.hops;
    if (route.table !== "main" || route.to.mask === 0n || !hop?.via || !cidrHas(route.to, endpoint)) continue;
    const { via } = hop;
    const near = links.list.find(
      (link) =>
        (hop.onlink && link.name === hop.dev) ||
        link.addresses.some((a) => a.prefix < bitsOf(familyOf(a.address)) && cidrHas(cidrOf(a.address, a.prefix), via)),
    );
    if (!near || near.addresses.some((a) => a.address === via)) continue;
    const other = side.name === "broken" ? "healthy" : "broken";
    return {
      to: route.to,
      hop: { ...hop, dev: near.name },
      command: added(route.to, via, near.name, hop.onlink === true),
      known: true,
      evidence: [{ side: other, at: route.at, says: words("the other node has this route", "另一节点有这条路由") }],
    };
  }
  return undefined;
}

/** By the shape of the routes to pods of other nodes, and kubectl's word on who has the subnet. */
function likeOthers({ snapshot, name }: Side, endpoint: Ip, here: Unrouted | undefined): Missing | undefined {
  const [model] = here?.others ?? [];
  const [hop] = model?.hops ?? [];
  if (!model || !hop) return undefined;
  const node = snapshot.cluster.nodes.find((n) => n.podCidrs.some((p) => cidrHas(p.cidr, endpoint)));
  const told = node?.podCidrs.find((p) => cidrHas(p.cidr, endpoint));
  const to = told?.cidr ?? cidrOf(endpoint, prefixLength(model.to) ?? bitsOf(familyOf(endpoint)));
  const base = fromValue(to.family, to.base);
  // flannel's vxlan: the next hop is the other node's end of the tunnel, the first address of its subnet
  const tunnel = hop.via === fromValue(model.to.family, model.to.base);
  const via = tunnel ? base : node?.internalIps.find((ip) => familyOf(ip) === to.family);
  return {
    to,
    hop: { ...hop, ...(via === undefined ? {} : { via }) },
    command: added(to, via ?? "NODE_ADDRESS", hop.dev, hop.onlink === true),
    known: via !== undefined,
    evidence: [
      { side: name, at: model.at, says: words("pods of another node have a route", "另一个节点的 Pod 有路由") },
      ...(told
        ? [
            {
              side: name,
              at: told.at,
              says: words(`${node?.name} has the endpoint's subnet`, `端点所在子网属于 ${node?.name}`),
            },
          ]
        : []),
    ],
  };
}

/** Nothing tells more than that it is not there: by the device that leads furthest. */
function bare({ snapshot, name }: Side, endpoint: Ip, family: Family): Missing {
  const to = hostCidr(endpoint);
  const device = snapshot.routes.list.find((r) => ofMain(r, family))?.hops[0]?.dev ?? "DEVICE";
  const bad = snapshot.routes.list.find((r) => r.table === "main" && r.type !== "unicast" && cidrHas(r.to, endpoint));
  return {
    to,
    hop: { dev: device },
    command: `ip route replace ${printCidr(to)} via NEXT_HOP dev DEVICE`,
    known: false,
    evidence: bad
      ? [{ side: name, at: bad.at, says: words("this route discards the packet", "这条路由会丢弃报文") }]
      : snapshot.routes.list
          .filter((r) => ofMain(r, family))
          .slice(0, 1)
          .map(({ at }) => ({
            side: name,
            at,
            says: words("table main begins here and has no route there", "main 表从这里开始，其中没有通向那里的路由"),
          })),
  };
}

const ofMain = (r: Route, family: Family): boolean =>
  r.table === "main" && r.type === "unicast" && r.to.family === family && r.hops[0]?.dev !== undefined;

const added = (to: Cidr, via: string, dev: string | undefined, onlink: boolean): string =>
  `ip route replace ${printCidr(to)} via ${via}${dev === undefined ? "" : ` dev ${dev}`}${onlink ? " onlink" : ""}`;
