import { numbered, type Words, words } from "../base/words.ts";
import { nodeAddress } from "../kube-proxy/node-address.ts";
import { type KnownService, listedAt, serviceKey } from "../kube-proxy/services.ts";
import { isBefore, version } from "../kube-proxy/version.ts";
import {
  type Cidr,
  cidrCovers,
  cidrHas,
  cidrOf,
  cidrsMeet,
  parseCidr,
  prefixLength,
  printCidr,
} from "../model/net/cidr.ts";
import { bitsOf, type Family, familyOf, fromValue, type Ip } from "../model/net/ip.ts";
import { isSymbolic, type Symbolic } from "../model/net/symbolic.ts";
import { likenessIn } from "../simulate/alike.ts";
import { type Flow, flowId } from "../simulate/flow.ts";
import type { Stage } from "./asking.ts";
import type { Side } from "./side.ts";

/** At most so many flows are simulated. Far fewer are needed: flows that must end alike share one. */
const mostFlows = 160;

export interface AskedFlows {
  readonly flows: readonly Flow[];
  /** For how many flows each of them speaks, itself included, by its id. */
  readonly alike: ReadonlyMap<string, number>;
  readonly flowsInAll: number;
  readonly servicesInAll: number;
  /** Services of which every flow is spoken for. */
  readonly servicesAsked: number;
}

/** The node's own address, whatever it is: what a client binds to. Each side puts in its own. */
export const nodeSource: Symbolic = {
  symbol: "node-address",
  says: words("the node's own address", "节点自己的地址"),
  local: true,
};

/**
 * Which questions to ask: every service of either side, from a process on the node and from a pod; bound to the node's
 * address where IPVS would choose another; from outside for what is served to the outside; and a pod to itself where
 * an endpoint is local. Flows that must end alike on each side are asked once. `first` are services whose flows speak for
 * the others (their rules differ).
 */
export function* flowsToAsk(
  sides: readonly Side[],
  asked: readonly Flow[] = [],
  first: ReadonlySet<string> = new Set(),
): Generator<Stage, AskedFlows> {
  const services = servicesInOrder(sides, first);
  const firsts = ([4, 6] as const).map((family) => services.find((s) => familyOf(s.address) === family));
  const likeness = sides.map((side) => ({ side, key: likenessIn(side.world) }));
  /** The flow that speaks for those of its kind, and for how many. */
  const classes = new Map<string, { readonly flow: Flow; count: number }>();
  const left = new Set<string>();
  let flowsInAll = 0;
  let done = 0;
  for (const service of services) {
    if (done++ % 16 === 0) yield { stage: "comparing", done, total: services.length };
    for (const flow of flowsTo(service, sides, firsts.includes(service))) {
      flowsInAll++;
      const key = likeness
        .map(({ side, key: of }) =>
          side.served.has(serviceKey(service)) ? `${of(onSide(flow, side))}\n${listedAs(side, service)}` : "",
        )
        .join("\n\n");
      const known = classes.get(key);
      if (known) known.count++;
      else if (classes.size < mostFlows) classes.set(key, { flow, count: 1 });
      else left.add(serviceKey(service));
    }
  }
  const flows = new Map(asked.map((flow) => [flowId(flow), flow]));
  const alike = new Map<string, number>();
  for (const { flow, count } of classes.values()) {
    const id = flowId(flow);
    if (!flows.has(id)) flows.set(id, flow); // what was asked for stays itself
    alike.set(id, count);
  }
  return {
    flows: [...flows.values()],
    alike,
    flowsInAll,
    servicesInAll: services.length,
    servicesAsked: services.length - left.size,
  };
}

/** Whether kubectl tells of endpoints: where a node has none, that tells the causes apart. */
function listedAs(side: Side, service: KnownService): string {
  const listed = side.snapshot.services.list.length > 0 ? listedAt(side.snapshot, service) : undefined;
  return `${listed && listed.endpoints.length > 0} ${listed?.none !== undefined} ${listed?.service.externalTrafficPolicy}`;
}

function flowsTo(s: KnownService, sides: readonly Side[], isFirst: boolean): Flow[] {
  const to = { to: s.address, port: s.port, proto: s.proto };
  const ipvs = sides.some((side) => side.print.mode === "ipvs");
  const local = new Set(sides.flatMap((side) => localEndpoint(side, s) ?? []));
  // Up to 1.10 IPVS mode binds cluster IPs only: what is for other addresses of a Service passes the node by, unless it comes from it.
  if (ipvs && s.kind !== "cluster-ip" && s.kind !== "node-port" && sides.some(bindsClusterIpsOnly))
    return [{ from: "host", ...to }];
  return [
    { from: "host", ...to },
    { from: "pod", ...to },
    ...(ipvs && isFirst && s.kind === "cluster-ip" ? [{ from: "host", source: nodeSource, ...to } as const] : []),
    ...(s.kind === "cluster-ip" ? [] : [{ from: "external", ...to } as const]),
    ...[...local].map((source) => ({ from: "hairpin", source, ...to }) as const),
  ];
}

const bindsClusterIpsOnly = ({ print: { range } }: Side): boolean =>
  range.below !== undefined && !isBefore(version(11), range.below);

/** Those that people know best first, then those whose rules differ: what comes first speaks for what is like it. */
function servicesInOrder(sides: readonly Side[], first: ReadonlySet<string>): KnownService[] {
  const services = new Map<string, KnownService>();
  for (const side of sides)
    for (const s of side.services) if (!services.has(serviceKey(s))) services.set(serviceKey(s), s);
  const differs = (s: KnownService): number => (first.has(serviceKey(s)) ? 0 : 1);
  return [...services.values()].sort((a, b) => differs(a) - differs(b) || byWeight(a, b));
}

const kindOrder: readonly string[] = ["cluster-ip", "node-port", "load-balancer", "external"];
/** The API's own service first: every node needs it, and its servers lie outside the cluster. */
const byWeight = (a: KnownService, b: KnownService): number =>
  kindOrder.indexOf(a.kind) - kindOrder.indexOf(b.kind) || rank(a) - rank(b);
const rank = (s: KnownService): number =>
  s.name?.startsWith("default/kubernetes") ? 0 : s.port === 443 && s.proto === "tcp" ? 1 : s.port === 53 ? 3 : 2;

/** An endpoint that is a pod of this side's node, where addresses or routes show its subnet. */
function localEndpoint(side: Side, service: KnownService): Ip | undefined {
  const subnets = ownSubnets(side, familyOf(service.address));
  const endpoints = side.served.get(serviceKey(service))?.endpoints ?? [];
  return subnets.length === 0
    ? undefined
    : endpoints.slice(0, 200).find((e) => subnets.some((c) => cidrHas(c, e.address)))?.address;
}

/** Whether a flow can start on this side's node: a pod to itself only where that pod is. */
export const canSend = (side: Side, { from, source, to }: Flow): boolean =>
  from !== "hairpin" ||
  source === undefined ||
  isSymbolic(source) ||
  ownSubnets(side, familyOf(to)).some((subnet) => cidrHas(subnet, source));

const podDevice = /^(cni|cbr|kube-bridge|weave|flannel\.bridge)/;
/** Bridges of container engines, which hold pods only where no network plugin has one of its own. */
const engineDevice = /^br-/;

/** What is the same for every flow of a side is worked out once. */
function oncePerSide<T>(work: (side: Side, family: Family) => T): (side: Side, family: Family) => T {
  const known = new WeakMap<Side, Map<Family, T>>();
  return (side, family) => {
    const ofSide = known.get(side) ?? new Map<Family, T>();
    known.set(side, ofSide);
    const done = ofSide.get(family);
    if (done !== undefined) return done;
    const made = work(side, family);
    ofSide.set(family, made);
    return made;
  };
}

/** Subnets of bridges that pods of this node hang on; /32 routes to veth devices count as well. */
export const podSubnets = oncePerSide((side, family): readonly Cidr[] => {
  const { links, routes } = side.snapshot;
  const onDevices = (pattern: RegExp): Cidr[] =>
    links.list
      .filter((link) => pattern.test(link.name))
      .flatMap((link) => link.addresses)
      .filter((a) => familyOf(a.address) === family && a.scope !== "link" && a.prefix < bitsOf(family))
      .map((a) => cidrOf(a.address, a.prefix));
  const found = onDevices(podDevice);
  for (const route of routes.list)
    if (
      route.table === "main" &&
      route.type === "unicast" &&
      route.to.family === family &&
      route.hops.some((h) => h.via === undefined && /^(cni|cali|veth|lxc|eni|azv|gke)/.test(h.dev ?? ""))
    )
      found.push(route.to);
  return found.length > 0 ? found : onDevices(engineDevice);
});

/**
 * Those in which every pod is one of this node. On a network plugin's layer-2 overlay (Weave) pods of all nodes share the bridge's
 * subnet, and it says nothing of where one is.
 */
const ownSubnets = oncePerSide((side, family): readonly Cidr[] => {
  const detector = side.detectors.get(family);
  const shared = side.snapshot.links.list.filter((link) => link.name === "weave").flatMap((link) => link.addresses);
  return podSubnets(side, family).filter(
    (subnet) =>
      !(detector?.kind === "cidr" && !coversServices(side, detector.cidr) && cidrCovers(subnet, detector.cidr)) &&
      !shared.some((a) => cidrHas(subnet, a.address)),
  );
});

const isHost = (cidr: Cidr): boolean => prefixLength(cidr) === bitsOf(cidr.family);

/** Pods of this node, some of them: endpoints in its subnets, and those with a route of their own. */
const podsHere = oncePerSide((side, family): readonly Ip[] => {
  const subnets = podSubnets(side, family);
  const routed = subnets.filter(isHost).map((c) => fromValue(c.family, c.base));
  const [subnet] = subnets.filter((c) => !isHost(c));
  const some = side.services.slice(0, 500).flatMap((s) => s.endpoints.slice(0, 20));
  return [...new Set([...some.map((e) => e.address).filter((a) => subnet && cidrHas(subnet, a)), ...routed])];
});

/** The flow as it is on one side: symbolic senders become that node's own where it is known. */
export function onSide(flow: Flow, side: Side): Flow {
  const family = familyOf(flow.to);
  if (flow.from === "host" && isSymbolic(flow.source) && flow.source.symbol === nodeSource.symbol) {
    const own = nodeAddress(side.snapshot, family);
    return own === undefined ? flow : { ...flow, source: own };
  }
  if (flow.from === "pod" && flow.source === undefined) return { ...flow, source: podSource(side, flow) };
  if (flow.from === "external" && flow.source === undefined) return { ...flow, source: outsideClient(side, family) };
  return flow;
}

/** A pod's address: a known one of this node that is no endpoint of the service itself, else one of its subnet. */
function podSource(side: Side, flow: Flow): Ip | Symbolic {
  const family = familyOf(flow.to);
  const subnet = podSubnets(side, family).find((c) => !isHost(c));
  const detector = side.detectors.get(family);
  const service = side.served.get(serviceKey({ address: flow.to, port: flow.port, proto: flow.proto }));
  const own = new Set<string>(service?.endpoints.slice(0, 500).map((e) => e.address));
  const here = podsHere(side, family).find((address) => !own.has(address));
  if (here !== undefined) return here;
  const range =
    subnet ?? (detector?.kind === "cidr" && !coversServices(side, detector.cidr) ? detector.cidr : undefined);
  return {
    symbol: "pod-address",
    says: words("a pod's address", "某个 Pod 的地址"),
    local: false,
    ...(range ? { within: range } : {}),
    except: [...own],
  };
}

/** Ranges kept for documentation: some of them no node and no service uses, so it stands for "somebody outside". */
const elsewhere: Readonly<Record<Family, readonly string[]>> = {
  4: ["203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24", "198.18.0.0/15"],
  6: ["2001:db8:ffff::/48", "3fff:ffff::/32"],
};

/** A client that is no pod, no service and no neighbour: what rules say of particular ranges does not concern it. */
const outsideClient = oncePerSide((side, family): Symbolic => {
  const says = words("an outside client's address", "外部客户端的地址");
  const ranges = elsewhere[family].map((text) => parseCidr(text)).filter((c) => c !== undefined);
  const within = ranges.find(
    (range) =>
      !side.services.some((s) => cidrHas(range, s.address)) &&
      !side.snapshot.links.list.some((l) => l.addresses.some((a) => cidrHas(range, a.address))) &&
      !side.snapshot.routes.list.some((r) => r.to.mask !== 0n && r.to.family === family && cidrsMeet(r.to, range)),
  );
  return { symbol: "client", says, local: false, ...(within ? { within } : {}) };
});

/** Addresses of Services, each once. */
const clusterIps = oncePerSide((side, family): readonly Ip[] => {
  const ofKind = side.services.filter((s) => s.kind === "cluster-ip" && familyOf(s.address) === family);
  return [...new Set(ofKind.map((s) => s.address))];
});
const covered = new WeakMap<readonly Ip[], Map<string, boolean>>();

/** A cluster CIDR that holds a service is no pod range. */
export function coversServices(side: Side, cidr: Cidr): boolean {
  const addresses = clusterIps(side, cidr.family);
  const known = covered.get(addresses) ?? new Map<string, boolean>();
  covered.set(addresses, known);
  const key = printCidr(cidr);
  const answer = known.get(key) ?? addresses.some((address) => cidrHas(cidr, address));
  known.set(key, answer);
  return answer;
}

export function askedWords({ flows, flowsInAll, servicesAsked, servicesInAll }: AskedFlows): Words {
  const standing = flowsInAll > flows.length;
  return servicesAsked === servicesInAll
    ? words(
        standing
          ? `${flowsInAll} flows to all ${servicesInAll} service ports; ${flows.length} of them speak for the others, which must end alike`
          : `${numbered(flows.length, "flow", "flows")} to ${servicesInAll === 1 ? "the only service port" : `all ${servicesInAll} service ports`}`,
        standing
          ? `${flowsInAll} 个流，覆盖全部 ${servicesInAll} 个 Service 端口；其中 ${flows.length} 个代表其余必然同样结果的流`
          : `${flows.length} 个流，覆盖全部 ${servicesInAll} 个 Service 端口`,
      )
    : words(
        `${flows.length} flows to ${servicesAsked} of ${servicesInAll} service ports, which differ too much to ask them all`,
        `${flows.length} 个流，抽查 ${servicesInAll} 个 Service 端口中的 ${servicesAsked} 个：它们差异太多，无法全部询问`,
      );
}
