import { words } from "../base/words.ts";
import { familyOf, ipNumber } from "../model/net/ip.ts";
import type { Packet } from "../model/net/packet.ts";
import { type Address, type Interface, inWords, isSymbolic } from "../model/net/symbolic.ts";
import { isLocal, isLoopback, linkNamed } from "./addresses.ts";
import { usesDevice } from "./reverse-path.ts";
import { lookUp, type RouteKey, type RouteResult, withoutWay } from "./routing.ts";
import type { Run } from "./run.ts";
import { forwards, sysctlOf } from "./sysctls.ts";
import type { Ending } from "./trace.ts";

export type InputDecision =
  | { readonly kind: "local"; readonly route: RouteResult }
  | { readonly kind: "forward"; readonly route: RouteResult }
  | { readonly kind: "ended"; readonly ending: Ending };

/** ip_route_input_slow (net/ipv4/route.c): martians, the look-up, source validation, then local or forward. */
export function routeInput(run: Run, packet: Packet, dev: Interface): InputDecision {
  const stop = (reason: string, en: string, zh: string, outcome: "dropped" | "refused" = "dropped"): InputDecision => ({
    kind: "ended",
    ending: run.stop(outcome, reason, words(en, zh), packet),
  });
  const { src, dst } = packet;
  if (isBadSource(src) || isNoAddress(src))
    return stop(
      "martian-source",
      `A source of ${inWords(src).en} is never accepted.`,
      `源地址 ${inWords(src)["zh-CN"]} 不会被接受。`,
    );
  if (isNoAddress(dst))
    return stop(
      "martian-destination",
      `A destination of ${inWords(dst).en} is never accepted.`,
      `目的地址 ${inWords(dst)["zh-CN"]} 不会被接受。`,
    );
  // IPv6 takes no loopback address from a wire, whatever is set (ip6_rcv_core)
  const loopbackMayPass = (): boolean => packet.family === 4 && sysctlOf(run, "route_localnet", dev) !== 0;
  if (isLoopback(src) && !loopbackMayPass())
    return stop("martian-source", "A loopback source from outside is dropped.", "来自外部的回环源地址被丢弃。");
  if (packet.family === 4 && isLoopback(dst) && !loopbackMayPass())
    return stop(
      "martian-destination",
      "A loopback destination from outside is dropped (route_localnet is 0).",
      "来自外部、目的为回环地址的报文被丢弃（route_localnet 为 0）。",
    );
  if (isMulticast(dst))
    return stop("multicast", "Nobody on this node has joined that group.", "本节点没有加入该组播组。");
  const route = lookUp(run, inputKey(packet, dev));
  if (route.type === "local" || route.type === "broadcast") {
    const bad = validateSource(run, packet, dev, "lo");
    return bad ? { kind: "ended", ending: bad } : { kind: "local", route };
  }
  // IPv6 looks at the route first, and refuses by it what it would not forward anyway (seen on 6.18)
  if (packet.family === 4 && !forwards(run, 4, dev))
    return stop("forwarding-off", "The node does not forward (ip_forward is 0).", "本节点不转发（ip_forward 为 0）。");
  if (route.type !== "unicast") {
    const { en, "zh-CN": zh } = withoutWay(route, dst);
    return ["none", "unreachable", "prohibit"].includes(route.type)
      ? stop("no-route", en, zh, "refused")
      : stop("blackhole-route", en, zh);
  }
  if (packet.family === 6 && !forwards(run, 6, dev))
    return stop(
      "forwarding-off",
      "The node does not forward (net.ipv6.conf.all.forwarding is 0).",
      "本节点不转发（net.ipv6.conf.all.forwarding 为 0）。",
    );
  const bad = validateSource(run, packet, dev, route.dev);
  return bad ? { kind: "ended", ending: bad } : { kind: "forward", route };
}

const hasNoAddress = ({ world: { snapshot } }: Run, dev: Interface): boolean =>
  snapshot.links.coverage === "whole" &&
  linkNamed(snapshot, dev)?.addresses.some((a) => familyOf(a.address) === 4) === false;

/** What a packet that came in is looked up with. */
export const inputKey = (packet: Packet, dev: Interface): RouteKey => ({
  family: packet.family,
  dst: packet.dst,
  src: packet.src,
  mark: packet.mark,
  iif: dev,
  proto: packet.proto,
  sport: packet.sport,
  dport: packet.dport,
  ...(packet.tos === undefined ? {} : { tos: packet.tos }),
  // rt6_need_strict: DNAT to ::1 does not lead to this node but out by the device's own default route (seen on 6.18)
  ...(packet.family === 6 && isLoopback(packet.dst) ? { onlyBy: dev } : {}),
});

function isBadSource(src: Address): boolean {
  if (isSymbolic(src) || familyOf(src) !== 4) return false;
  const value = ipNumber(src);
  return value >> 28n === 0xen || value === 0xffffffffn;
}

/** 0.0.0.0/8 (ipv4_is_zeronet). */
const isNoAddress = (address: Address): boolean =>
  !isSymbolic(address) && familyOf(address) === 4 && ipNumber(address) >> 24n === 0n;

const isMulticast = (dst: Address): boolean =>
  !isSymbolic(dst) && (familyOf(dst) === 4 ? ipNumber(dst) >> 28n === 0xen : ipNumber(dst) >> 120n === 0xffn);

/**
 * __fib_validate_source (net/ipv4/fib_frontend.c): a source that is our own, or that strict rp_filter expects elsewhere. The
 * way back is looked up with protocol and ports, as if the answer came in by the device that the packet leaves by (`to`), or
 * by lo. Seen on Linux 6.18: `iif eth0 lookup 100` then drops what comes in by another device and goes out by eth0. Loose
 * filtering is as strict on a device without an address, as Calico's are: there is no second look-up for it.
 */
function validateSource(run: Run, packet: Packet, dev: Interface, to: Interface): Ending | null {
  if (packet.family === 6) return null;
  const { src } = packet;
  if (src === "0.0.0.0") return null;
  if (isLocal(run, src) === "yes" && !(isSymbolic(src) && src.local === undefined)) {
    if (sysctlOf(run, "accept_local", dev)) return null;
    return run.stop(
      "dropped",
      "martian-source",
      words(
        `The source ${inWords(src).en} is this node's own address: a martian, dropped.`,
        `源地址 ${inWords(src)["zh-CN"]} 是本节点自己的地址：martian，被丢弃。`,
      ),
      packet,
    );
  }
  const filter = sysctlOf(run, "rp_filter", dev);
  if (filter === 0) return null;
  const mark = sysctlOf(run, "src_valid_mark", dev) ? packet.mark : 0;
  const back = lookUp(run, {
    ...inputKey(packet, to),
    dst: src,
    src: packet.dst,
    mark,
    sport: packet.dport,
    dport: packet.sport,
    anyHop: true,
  });
  if (back.type === "unicast" && usesDevice(back, dev)) return null;
  if (filter !== 1 && back.type === "unicast" && !hasNoAddress(run, dev)) return null;
  return run.stop(
    "dropped",
    "rp-filter",
    words(
      `The reverse path filter drops it: ${inWords(src).en} is expected on another interface.`,
      `反向路径过滤丢弃了它：${inWords(src)["zh-CN"]} 应从别的接口进来。`,
    ),
    packet,
  );
}
