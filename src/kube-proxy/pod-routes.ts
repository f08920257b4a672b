import { words } from "../base/words.ts";
import { type Cidr, cidrCovers, cidrHas, cidrOf, prefixLength } from "../model/net/cidr.ts";
import { bitsOf, type Family, familyOf, type Ip } from "../model/net/ip.ts";
import type { Guess } from "../model/node/question.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import type { Route } from "../model/routing/route.ts";
import { localDetector } from "./cluster-cidr.ts";
import { fingerprint } from "./fingerprint.ts";
import { hostPorts } from "./host-ports.ts";

/*
 * Network plugins that route by the nodes themselves (flannel, Calico, kube-router, kindnet) give each node one route for
 * the pods of each other node. Where a cloud's routers do it, a node has none of them, and its default route is right.
 */

/** Only the usual three policy rules: nothing but table main decides where pods are. */
const plainRules = ({ rules }: NodeSnapshot): boolean =>
  rules.list.every((r) => r.action.kind === "lookup" && /^(local|main|default)$/.test(r.action.table));

const toOneHost = ({ to }: Route): boolean => prefixLength(to) === bitsOf(to.family);

/** Routes of table main by which a node reaches pods of other nodes. What goes by the default gateway is no such route. */
export function podRoutes(routes: readonly Route[], ranges: readonly Cidr[]): readonly Route[] {
  const main = routes.filter((r) => r.table === "main" && r.type === "unicast");
  const gateways = new Set(main.filter((r) => r.to.mask === 0n).flatMap((r) => r.hops.map((hop) => hop.via)));
  return main.filter(
    (route) =>
      !toOneHost(route) &&
      route.hops.some((hop) => hop.via !== undefined && !gateways.has(hop.via)) &&
      ranges.some((range) => cidrCovers(range, route.to)),
  );
}

/** flannel's and Calico's tunnels, and others' by the usual names. */
const byTunnel = ({ hops }: Route): boolean =>
  hops.some((h) => /^(?:flannel\.|vxlan|tunl|geneve|cilium_)/.test(h.dev ?? ""));

/** Subnets on the node's devices; an address of its own alone is none. */
const subnetsOf = ({ links }: NodeSnapshot, family: Family): readonly Cidr[] =>
  links.list.flatMap((link) =>
    link.addresses
      .filter((a) => familyOf(a.address) === family && a.prefix < bitsOf(family))
      .map((a) => cidrOf(a.address, a.prefix)),
  );
const isIn = (subnets: readonly Cidr[], ip: Ip | undefined): boolean =>
  ip !== undefined && subnets.some((subnet) => cidrHas(subnet, ip));

/** What is the same for every address of a node is worked out once: it may have ten thousand endpoints, and routes to itself. */
function oncePerNode<T>(work: (snapshot: NodeSnapshot, family: Family) => T): typeof work {
  const known = new WeakMap<NodeSnapshot, Map<Family, T>>();
  return (snapshot, family) => {
    const ofNode = known.get(snapshot) ?? new Map<Family, T>();
    known.set(snapshot, ofNode);
    const made = ofNode.get(family) ?? work(snapshot, family);
    ofNode.set(family, made);
    return made;
  };
}

/** Where pods of the cluster are, as this node's dumps tell. */
export const podRangesOf = oncePerNode((snapshot, family): readonly Cidr[] => {
  const detector = localDetector(snapshot, family, fingerprint(snapshot));
  const all = [
    ...(snapshot.kubeProxy?.clusterCidr?.value ?? []),
    ...snapshot.cluster.podRanges.map((r) => r.cidr),
    ...(detector.kind === "cidr" ? [detector.cidr] : []),
  ];
  return all.filter((cidr) => cidr.family === family && cidr.mask !== 0n);
});

/** The subnet of pods, of this node or of another, whose route is not there. */
export interface Unrouted {
  readonly why: "own-subnet" | "other-routes" | "host-port";
  /** Routes to pods of other nodes that are there. */
  readonly others: readonly Route[];
}

/** What the questions about many pods have in common. */
interface Layout {
  /** Table main was pasted whole. */
  readonly whole: boolean;
  readonly main: readonly Route[];
  readonly ranges: readonly Cidr[];
  readonly others: readonly Route[];
  /** What the node's own devices reach without a gateway. */
  readonly subnets: readonly Cidr[];
  /** Routes of the other node by neighbours of this one, or by a tunnel that is here, too. */
  readonly elsewhere: readonly Route[];
  /** Pods have addresses of the cloud's network, which its routers know: devices of the plugins of AWS, Azure and GKE. */
  readonly byCloud: boolean;
  /** Pods of this very node: a host port leads to no other. */
  readonly hostPortPods: ReadonlySet<Ip>;
}

const layoutOf = oncePerNode((snapshot, family): Layout => {
  const { routes, cluster } = snapshot;
  const ruleset = snapshot.iptables.get(family);
  const ranges = podRangesOf(snapshot, family);
  const subnets = subnetsOf(snapshot, family);
  const devices = new Set(snapshot.links.list.map((link) => link.name));
  const main = routes.list.filter((r) => r.table === "main" && r.to.family === family);
  return {
    whole: routes.coverage.get("main") === "whole",
    main,
    ranges,
    subnets,
    others: podRoutes(main, [...ranges, ...cluster.nodes.flatMap((n) => n.podCidrs.map((p) => p.cidr))]),
    elsewhere: podRoutes(snapshot.otherRoutes ?? [], ranges).filter((r) =>
      r.hops.some(({ via, dev, onlink }) => isIn(subnets, via) || (onlink && dev !== undefined && devices.has(dev))),
    ),
    byCloud: main.some((r) => toOneHost(r) && r.hops.some((h) => /^(?:eni|azv|gke)/.test(h.dev ?? ""))),
    hostPortPods: new Set(ruleset ? [...hostPorts(ruleset)].map((p) => p.pod) : []),
  };
});

/** Why a packet to this pod may not leave by the default route: pods like it have routes of their own here. */
export function unroutedPod(snapshot: NodeSnapshot, address: Ip): Unrouted | undefined {
  const family = familyOf(address);
  const { whole, main, ranges, subnets, others, elsewhere, byCloud, hostPortPods } = layoutOf(snapshot, family);
  if (byCloud) return undefined;
  // a table of IPv6 alone is never called whole; where others like the missing one are in it, that one would be, too
  if ((family === 4 && !whole) || !plainRules(snapshot)) return undefined;
  const covering = main.filter((r) => cidrHas(r.to, address));
  if (covering.length === 0 || covering.some((r) => r.to.mask !== 0n)) return undefined;
  if (whole && hostPortPods.has(address)) return { why: "host-port", others: [] };
  const node = snapshot.cluster.nodes.find((n) => n.podCidrs.some((p) => cidrHas(p.cidr, address)));
  if (!node && !ranges.some((range) => cidrHas(range, address))) return undefined;
  if (whole && isIn(subnets, address)) return { why: "own-subnet", others };
  // where only neighbours are routed directly, routers bring the pods of other subnets' nodes
  const far = node?.internalIps.length && !node.internalIps.some((ip) => isIn(subnets, ip));
  if (far && others.every((r) => r.hops.every(({ via }) => isIn(subnets, via)))) return undefined;
  const told = elsewhere.some((r) => cidrHas(r.to, address)) || (node !== undefined && others.length > 0);
  // who packs pods' packets for another node does so for all: the network between the nodes does not know pods
  return told || others.length > 1 || others.some(byTunnel) ? { why: "other-routes", others } : undefined;
}

export function podRoute(snapshot: NodeSnapshot, address: Ip): Guess | undefined {
  const unrouted = unroutedPod(snapshot, address);
  if (!unrouted) return undefined;
  return {
    answer: true,
    about: words(`The default gateway has no way to the pod ${address}.`, `默认网关没有到 Pod ${address} 的路由。`),
    because:
      unrouted.why === "host-port"
        ? words("A host port leads to a pod of its own node only.", "hostPort 只会指向本节点自己的 Pod。")
        : words(
            "Other pods' subnets have routes of their own on this node, so its nodes route pods themselves.",
            "其他 Pod 子网在本节点上都有各自的路由，说明 Pod 由节点自己路由。",
          ),
    settledBy: `ip route get ${address}   # on the default gateway`,
  };
}
