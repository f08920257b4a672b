import { words } from "../base/words.ts";
import { cidrHas, cidrOf } from "../model/net/cidr.ts";
import type { Ip } from "../model/net/ip.ts";
import type { Packet } from "../model/net/packet.ts";
import { type Address, fieldKey, type Interface, inWords, isSymbolic } from "../model/net/symbolic.ts";
import type { Route } from "../model/routing/route.ts";
import { holderOf, isLocal, isLoopback, linkNamed } from "./addresses.ts";
import { type Lost, neighboursAddress, otherInterfacesAddress, podsAddressOutside } from "./answered-elsewhere.ts";
import { isBridge } from "./bridge.ts";
import { lookUp } from "./routing.ts";
import type { Run } from "./run.ts";
import type { Ending } from "./trace.ts";

/** Whether the peer's answer comes back to this node, and by which interface. */
export type Return = { readonly kind: "back"; readonly dev: Interface; readonly known: boolean } | Lost;

/** The peer is a pod of this node: it is reached on the link of a bridge or a veth, without a gateway. */
export function isOnNode(run: Run, dev: Interface, via: Address | undefined, dst: Address): boolean {
  if (via !== undefined || typeof dev !== "string") return false;
  if (isBridge(run, dev)) return true;
  const link = linkNamed(run.world.snapshot, dev);
  const route = lookUp(run, { family: run.flow.to.includes(":") ? 6 : 4, dst, mark: 0 });
  return (
    route.toHost === true ||
    (/^(cni|docker|br-|cbr|veth|cali|lxc|weave|virbr|kube-bridge)/.test(dev) &&
      (link?.addresses.length ?? 0) <= 1 &&
      link?.master === undefined &&
      !/^(eth|en|bond|wl)/.test(dev))
  );
}

/** Why an address that serves as source cannot be answered to, in the sender's network. */
export function wayBack(run: Run, packet: Packet, out: Interface, via: Address | undefined): Return {
  const { src } = packet;
  if (isLoopback(src))
    return {
      kind: "lost",
      reason: "loopback-source",
      says: words("A loopback address left the node: nobody can answer to it.", "回环地址离开了节点：没有人能回应它。"),
      known: true,
    };
  if (isOnNode(run, out, via, packet.dst))
    return neighboursAddress(run, packet, out) ?? { kind: "back", dev: out, known: true };
  const router = run.world.beyond.router;
  if (router && !isSymbolic(src)) return throughRouter(run, router, src, out);
  return assumed(run, src, out);
}

/** The longest prefix of a router's routes, then the lowest metric. */
const bestOf = (router: readonly Route[], to: Ip): Route | undefined =>
  router
    .filter((route) => route.table !== "local" && cidrHas(route.to, to))
    .sort((a, b) => (a.to.mask === b.to.mask ? a.metric - b.metric : a.to.mask > b.to.mask ? -1 : 1))[0];

/** The device by which the router that was pasted sends a packet straight back to this node, if it does. */
export function sentBackBy(run: Run, { dst }: Packet): Interface | undefined {
  const { router } = run.world.beyond;
  if (!router || isSymbolic(dst)) return undefined;
  const via = bestOf(router, dst)?.hops[0]?.via;
  return via === undefined ? undefined : holderOf(run.world.snapshot, via)?.link.name;
}

function throughRouter(
  run: Run,
  router: readonly Route[],
  src: Exclude<Address, { symbol: string }>,
  out: Interface,
): Return {
  const best = bestOf(router, src);
  if (best?.type !== "unicast")
    return {
      kind: "lost",
      reason: "unroutable-source",
      says: words(`The router has no route to ${src}: the answer is lost.`, `路由器没有到 ${src} 的路由：回包丢失。`),
      known: true,
    };
  const hop = best.hops[0];
  const reached = hop?.via ?? src;
  const holder = holderOf(run.world.snapshot, reached);
  if (holder) return { kind: "back", dev: holder.link.name, known: true };
  const sameLink = run.world.snapshot.links.list.find((link) =>
    link.addresses.some((a) => a.prefix < 32 && link.name === out && cidrHas(cidrOf(a.address, a.prefix), reached)),
  );
  return {
    kind: "lost",
    reason: "answered-elsewhere",
    says: words(
      `The answer goes to ${src}${sameLink ? " on the same link" : ""}, not to this node.`,
      `回包发往 ${src}，不会回到本节点。`,
    ),
    known: true,
  };
}

function assumed(run: Run, src: Address, out: Interface): Return {
  const name = isSymbolic(src) ? src.says : words(src, src);
  const service = run.world.guess({ ask: "service-address", address: src });
  if (service?.answer && !isSymbolic(src)) {
    const nobody = run.assume("beyond:service-range", {
      answer: true,
      about: words(`No router outside sends ${src} back to this node.`, `外部没有路由器把 ${src} 送回本节点。`),
      because: words(
        "A cluster IP exists only on the nodes; networks have no route for it unless one was added by hand.",
        "cluster IP 只存在于各节点上；除非手工添加，网络中没有它的路由。",
      ),
      settledBy: `ip route get ${src}`,
    });
    if (nobody)
      return {
        kind: "lost",
        reason: "unroutable-source",
        says: words(
          `The server answers to ${src}, a cluster IP that nobody outside this node routes back here.`,
          `服务端把回包发给 ${src}：它是 cluster IP，节点之外没有人会把它路由回来。`,
        ),
        known: false,
      };
    return { kind: "back", dev: out, known: false };
  }
  const elsewhere = otherInterfacesAddress(run, src, out) ?? podsAddressOutside(run, src);
  if (elsewhere) return elsewhere;
  const returns = run.assume(`beyond:answer:${fieldKey(src)}`, {
    answer: true,
    about: words(`Answers to ${name.en} come back to this node.`, `发往 ${name["zh-CN"]} 的回包会回到本节点。`),
    because:
      isLocal(run, src) === "yes"
        ? words("It is the node's own address.", "它是本节点自己的地址。")
        : words("Pod addresses are routed to their node.", "Pod 地址会被路由到所在节点。"),
    settledBy: `ip route get ${isSymbolic(src) ? "SOURCE" : src}`,
  });
  return returns
    ? { kind: "back", dev: out, known: false }
    : {
        kind: "lost",
        reason: "unroutable-source",
        says: words(
          `Nobody routes the answer to ${name.en} back here.`,
          `没有人把发往 ${name["zh-CN"]} 的回包路由回来。`,
        ),
        known: false,
      };
}

/** A router that was pasted and has no way to the destination. */
export function routerHasNoWay(run: Run, packet: Packet): Ending | null {
  const { router } = run.world.beyond;
  const { dst } = packet;
  if (
    !router ||
    isSymbolic(dst) ||
    router.some((route) => route.table !== "local" && route.type === "unicast" && cidrHas(route.to, dst))
  )
    return null;
  return run.stop(
    "dropped",
    "router-no-route",
    words(`The router has no route to ${dst}.`, `路由器没有到 ${dst} 的路由。`),
    packet,
  );
}

/** A pod whose route this node lacks: the default gateway gets the packet, and only nodes know where pods are. */
export function leavesForGateway(run: Run, packet: Packet, via: Address | undefined): Ending | null {
  if (via === undefined || run.world.beyond.router) return null;
  const guess = run.world.guess({ ask: "pod-route", address: packet.dst });
  if (!guess || !run.assume(`beyond:pod-route:${fieldKey(packet.dst)}`, guess)) return null;
  return run.stop(
    "dropped",
    "pod-without-route",
    words(
      `The packet to the pod ${inWords(packet.dst).en} leaves by the default route, as the node has no route for that pod.`,
      `本节点没有到 Pod ${inWords(packet.dst)["zh-CN"]} 的路由，报文按默认路由发出。`,
    ),
    packet,
  );
}

/** A client's packet to a Service's outside address goes out again as it came in: the network sends it back here. */
export function goesRound(run: Run, packet: Packet): Ending | null {
  if (run.flow.from !== "external" || fieldKey(packet.dst) !== run.flow.to) return null;
  const guess = run.world.guess({ ask: "outside-address", address: packet.dst });
  if (!guess || !run.assume(`beyond:outside-address:${fieldKey(packet.dst)}`, guess)) return null;
  return run.stop(
    "looped",
    "outside-address-not-taken",
    words(
      `The node sends the packet on to ${inWords(packet.dst).en} as it came: the network brings it back, until its time to live ends.`,
      `节点把发往 ${inWords(packet.dst)["zh-CN"]} 的报文原样送出：网络又把它送回来，直到 TTL 耗尽。`,
    ),
    packet,
  );
}

/** A Service's address that leaves the node untranslated reaches nobody. */
export function leavesUntranslated(run: Run, packet: Packet): Ending | null {
  const guess = run.world.guess({ ask: "service-address", address: packet.dst });
  if (!guess?.answer) return null;
  const nobody = run.assume("beyond:service-address", guess);
  if (!nobody) return null;
  return run.stop(
    "dropped",
    "service-address-leaves-node",
    words(
      `The packet leaves the node with the Service address ${inWords(packet.dst).en} as destination: nobody out there has it.`,
      `报文以 Service 地址 ${inWords(packet.dst)["zh-CN"]} 为目的离开节点：外面没有人持有它。`,
    ),
    packet,
  );
}
