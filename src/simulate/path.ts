import { words } from "../base/words.ts";
import { type Address, fieldKey, type Interface, isSymbolic } from "../model/net/symbolic.ts";
import type { Hook } from "../model/netfilter/hook.ts";
import { isLoopback, linkNamed } from "./addresses.ts";
import {
  type BridgePorts,
  bridgedAfter,
  forgetsWhenTakenUp,
  hasNeighbour,
  isBridge,
  leavesBy,
  toBridgePort,
} from "./bridge.ts";
import { confirm, type Skb, track, viewOf } from "./conntrack.ts";
import { isAwaited } from "./early-demux.ts";
import { hookOrder } from "./hook-order.ts";
import { ipvsReply, ipvsRequest } from "./ipvs.ts";
import type { IpvsVerdict } from "./ipvs-forward.ts";
import { natHook } from "./nat.ts";
import { changesBetween } from "./packet.ts";
import { routeInput } from "./route-input.ts";
import { lookUp, type RouteResult, withoutWay } from "./routing.ts";
import type { Run } from "./run.ts";
import { sysctlOf } from "./sysctls.ts";
import type { Ending } from "./trace.ts";
import { walkTable } from "./walk-chain.ts";

/** Where a packet ends on this node. */
export type Fate =
  | { readonly kind: "ended"; readonly ending: Ending }
  | { readonly kind: "local" }
  | { readonly kind: "out"; readonly dev: Interface; readonly via?: Address; readonly port?: Interface };

const ended = (ending: Ending): Fate => ({ kind: "ended", ending });

type Passed =
  | { readonly kind: "passed" }
  | { readonly kind: "ended"; readonly ending: Ending }
  | { readonly kind: "ipvs"; readonly verdict: IpvsVerdict };

/** Runs one hook in the kernel's order. `after` is told after mangle and nat, and when IPVS has translated an answer. */
function runHook(
  run: Run,
  skb: Skb,
  hook: Hook,
  after?: (stage: "mangle" | "nat" | "ipvs", before: Skb["packet"]) => Ending | null,
): Passed {
  for (const stage of hookOrder[hook]) {
    const before = skb.packet;
    switch (stage) {
      case "conntrack":
        conntrackStage(run, skb, hook);
        break;
      case "confirm":
        confirm(run, skb);
        break;
      case "ipvs-reply": {
        const stop = ipvsReply(run, skb, hook) ? after?.("ipvs", before) : null;
        if (stop) return { kind: "ended", ending: stop };
        break;
      }
      case "ipvs-request": {
        const verdict = ipvsRequest(run, skb, hook);
        if (verdict.kind === "ended") return verdict;
        if (verdict.kind === "sent") return { kind: "ipvs", verdict };
        break;
      }
      case "nat": {
        const halt = natHook(run, skb, hook);
        if (halt) return { kind: "ended", ending: halt };
        const stop = after?.("nat", before);
        if (stop) return { kind: "ended", ending: stop };
        break;
      }
      default: {
        const halt = walkTable(run, skb, hook, stage);
        if (halt) return { kind: "ended", ending: halt };
        const stop = stage === "mangle" ? after?.("mangle", before) : null;
        if (stop) return { kind: "ended", ending: stop };
      }
    }
  }
  return { kind: "passed" };
}

function conntrackStage(run: Run, skb: Skb, hook: Hook): void {
  const seen = skb.state !== null;
  track(run, skb);
  if (seen || skb.state === null) return;
  const direction = viewOf(skb)?.direction ?? "original";
  const says = words(
    `conntrack: ${skb.state}${direction === "reply" ? ", reply" : ""}`,
    `conntrack：${skb.state}${direction === "reply" ? "，回包方向" : ""}`,
  );
  run.step({ kind: "conntrack", state: skb.state, direction, hook }, { packet: skb.packet, changes: [], says });
}

/** OUTPUT and what follows, for a packet of the node itself that is already routed. */
export function fromProcess(run: Run, skb: Skb, routed: RouteResult): Fate {
  return output(run, skb, routed, null);
}

/** `from` is the device a packet came in by before IPVS sent it here; null for the node's own packets. */
function output(run: Run, skb: Skb, routed: RouteResult, from: Interface): Fate {
  let route = routed;
  skb.packet = { ...skb.packet, in: null, out: route.dev };
  const reroute = (stage: "mangle" | "nat" | "ipvs", before: Skb["packet"]): Ending | null => {
    const { connection, packet } = skb;
    const due =
      stage === "mangle"
        ? before.mark !== packet.mark || before.tos !== packet.tos
        : stage === "ipvs"
          ? reroutesAnswers(run, route)
          : connection !== null &&
            (skb.side === "original"
              ? differs(connection.original.dst, connection.reply.src)
              : differs(connection.reply.dst, connection.original.src));
    if (!due) return null;
    const next = routedAnew(run, skb, route);
    if ("outcome" in next) return next;
    route = next;
    return null;
  };
  const passed = runHook(run, skb, "OUTPUT", reroute);
  if (passed.kind === "ended") return passed;
  if (passed.kind === "ipvs") return afterIpvs(run, skb, from);
  return postRouting(run, skb, route, from);
}

/** ip_route_me_harder: once more, as one of the node's own packets. */
function routedAnew(run: Run, skb: Skb, route: RouteResult): RouteResult | Ending {
  const { packet } = skb;
  const next = lookUp(run, keyOf(skb));
  if (next.type === "none" || next.type === "unreachable" || next.type === "prohibit" || next.type === "blackhole")
    return run.stop(
      "dropped",
      "no-route",
      words(
        `The kernel routes the packet anew. ${withoutWay(next, packet.dst).en}`,
        `内核重新路由该报文。${withoutWay(next, packet.dst)["zh-CN"]}`,
      ),
      packet,
    );
  // ip6_route_me_harder has no such check (seen on Linux 6.18)
  if (packet.family === 4 && isLoopback(packet.src) && next.dev !== "lo" && !sysctlOf(run, "route_localnet", next.dev))
    return run.stop(
      "dropped",
      "loopback-source",
      words(
        "A loopback source may not leave by a device without route_localnet.",
        "源地址为回环地址的报文不能从未开启 route_localnet 的设备发出。",
      ),
      packet,
    );
  if (fieldKey(next.dev) !== fieldKey(route.dev)) routedStep(run, skb, next, "out", true);
  return next;
}

/** ip_vs_route_me_harder: an answer that IPVS translated is routed anew, by its new source. */
const reroutesAnswers = ({ world }: Run, { type }: RouteResult): boolean =>
  type !== "local" && world.snapshot.sysctls.get("net.ipv4.vs.snat_reroute")?.value.trim() !== "0";

const differs = (a: Address, b: Address): boolean => fieldKey(a) !== fieldKey(b);

/** ip_vs_nat_send_or_cont and its like: a new route to the real server without the mark, then OUTPUT from its first hook. */
function afterIpvs(run: Run, skb: Skb, from: Interface): Fate {
  const to = skb.direct?.real ?? skb.packet.dst;
  const found = lookUp(run, { family: skb.packet.family, dst: to, mark: 0 });
  const asItIs = skb.direct !== undefined && !skb.direct.inner;
  if (skb.direct && asItIs && found.via !== undefined) skb.direct = { ...skb.direct, gateway: found.via };
  const route = asItIs ? { ...found, via: found.via ?? to } : found;
  skb.packet = { ...skb.packet, in: null, out: route.dev };
  routedStep(run, skb, route, "out", true);
  return output(run, skb, route, from);
}

/** POSTROUTING, then the wire or, by lo, back in. */
function postRouting(run: Run, skb: Skb, route: RouteResult, from: Interface): Fate {
  skb.packet = { ...skb.packet, in: from, out: route.dev };
  skb.nextHop = route.via ?? skb.packet.dst;
  const passed = runHook(run, skb, "POSTROUTING");
  if (passed.kind === "ended") return passed;
  run.leftAt.set("POSTROUTING", skb.packet);
  if (route.dev === "lo" || route.type === "local") return throughLoopback(run, skb);
  return { kind: "out", dev: route.dev, ...(route.via === undefined ? {} : { via: route.via }) };
}

/** What goes out by lo comes in by lo: mark and connection stay, the route is not looked up again. */
function throughLoopback(run: Run, skb: Skb): Fate {
  skb.packet = { ...skb.packet, in: "lo", out: null, ...noPorts };
  const passed = runHook(run, skb, "PREROUTING");
  if (passed.kind === "ended") return passed;
  return input(run, skb);
}

function input(run: Run, skb: Skb): Fate {
  const from = skb.packet.in;
  skb.packet = { ...skb.packet, out: null };
  const passed = runHook(run, skb, "INPUT");
  if (passed.kind === "ended") return passed;
  if (passed.kind === "ipvs") return afterIpvs(run, skb, from);
  run.leftAt.set("INPUT", skb.packet);
  return { kind: "local" };
}

/** A packet that arrives by a device: PREROUTING, the routing decision, then INPUT or FORWARD. */
export function fromWire(run: Run, skb: Skb, dev: Interface, ports?: BridgePorts): Fate {
  skb.packet = {
    ...skb.packet,
    in: dev,
    out: null,
    ...(ports?.callsIptables ? { physin: ports.in, physout: null } : ports ? noPorts : notBridged(run, dev)),
  };
  if (ports && !ports.callsIptables && ports.toPort !== undefined) return toBridgePort(ports, dev);
  if (skb.packet.family === 6 && [skb.packet.src, skb.packet.dst].some(isLoopback)) {
    // ip6_rcv_core, before any hook
    const says = words("IPv6 takes no loopback address from a wire.", "IPv6 不接受来自链路的回环地址。");
    return ended(run.stop("dropped", "martian-source", says, skb.packet));
  }
  const sentTo = skb.packet.dst;
  const passed = runHook(run, skb, "PREROUTING");
  if (passed.kind === "ended") return passed;
  if (ports) {
    const bridged = bridgedAfter(run, skb, dev, ports, sentTo);
    if (bridged && "ending" in bridged) return ended(bridged.ending);
    if (bridged) {
      if (fieldKey(sentTo) !== fieldKey(skb.packet.dst) && !hasNeighbour(run, skb.packet.dst))
        return ended(
          run.stop(
            "dropped",
            "no-neighbour",
            words("Nobody on the bridge has that address.", "网桥上没有该地址。"),
            skb.packet,
          ),
        );
      const leaves = leavesBy(run, ports, bridged.port, dev);
      if (leaves === "bridged") return forwardBridged(run, skb, dev, bridged.port);
      if (leaves === "routed") takenUp(run, skb);
      if (leaves === "no") {
        const says = words(
          "The bridge does not send a frame back by the port it came in by (hairpin mode is off).",
          "网桥不会把帧从进来的端口送回去（hairpin 模式未开启）。",
        );
        return ended(run.stop("dropped", "hairpin-mode-off", says, skb.packet));
      }
    }
  }
  return routeOn(run, skb, dev);
}

/** br_netfilter has nothing to say of the packet. */
const noPorts = { physin: null, physout: null };

/** br_nf_local_in: newer kernels forget the connection of what only a promiscuous bridge takes up; nothing translates it then. */
function takenUp(run: Run, skb: Skb): void {
  if (skb.state === null || !forgetsWhenTakenUp(run)) return;
  skb.connection = null;
  skb.state = "INVALID";
  skb.side = "original";
  const says = words(
    "The promiscuous bridge takes it up, and conntrack forgets it: INVALID",
    "混杂模式的网桥接收了它，conntrack 不再认识它：INVALID",
  );
  run.step(
    { kind: "conntrack", state: "INVALID", direction: "original", hook: "PREROUTING" },
    { packet: skb.packet, changes: [], says },
  );
}

/** A device that is shown and has no ports is no bridge; of others the dumps do not say. */
const notBridged = (run: Run, dev: Interface): { physin?: null; physout?: null } =>
  linkNamed(run.world.snapshot, dev) && !isBridge(run, dev) ? noPorts : {};

function routeOn(run: Run, skb: Skb, dev: Interface): Fate {
  const decision = routeInput(run, skb.packet, dev);
  if (decision.kind === "ended") return decision;
  if (decision.kind === "local") {
    routedStep(run, skb, decision.route, "local", false);
    return input(run, skb);
  }
  let { route } = decision;
  skb.packet = { ...skb.packet, out: route.dev };
  const { ttl } = skb.packet;
  routedStep(run, skb, route, "forward", false, ttl);
  if (isAwaited(run, skb.packet)) {
    const says = words(
      "It is routed on, but a socket of this node waits for it: the kernel drops it.",
      "它被路由转发，但本节点有 socket 在等它：内核将其丢弃。",
    );
    return ended(run.stop("dropped", "awaited-here", says, skb.packet));
  }
  // ip_forward: a TTL of one ends here, before FORWARD
  if (ttl !== undefined && ttl <= 1)
    return ended(run.stop("dropped", "ttl-exceeded", words("Its TTL runs out here.", "TTL 在此耗尽。"), skb.packet));
  if (ttl !== undefined) skb.packet = { ...skb.packet, ttl: ttl - 1 };
  const passed = runHook(run, skb, "FORWARD", (stage) => {
    const next = stage === "ipvs" && reroutesAnswers(run, route) ? routedAnew(run, skb, route) : route;
    if ("outcome" in next) return next;
    route = next;
    return null;
  });
  if (passed.kind === "ended") return passed;
  return postRouting(run, skb, route, dev);
}

/** br_netfilter: FORWARD and POSTROUTING with the bridge on both sides; the TTL stays. */
function forwardBridged(run: Run, skb: Skb, bridge: Interface, port: Interface): Fate {
  skb.packet = { ...skb.packet, in: bridge, out: bridge, physout: port };
  routedStep(run, skb, { type: "unicast", dev: bridge }, "forward", false);
  const passed = runHook(run, skb, "FORWARD");
  if (passed.kind === "ended") return passed;
  skb.packet = { ...skb.packet, in: null, out: bridge, physout: port };
  skb.nextHop = skb.packet.dst;
  const post = runHook(run, skb, "POSTROUTING");
  if (post.kind === "ended") return post;
  run.leftAt.set("POSTROUTING", skb.packet);
  return { kind: "out", dev: bridge, port };
}

export const keyOf = (skb: Skb): Parameters<typeof lookUp>[1] => ({
  family: skb.packet.family,
  dst: skb.packet.dst,
  src: skb.packet.src,
  mark: skb.packet.mark,
  proto: skb.packet.proto,
  sport: skb.packet.sport,
  dport: skb.packet.dport,
  ...(skb.packet.uid === undefined ? {} : { uid: skb.packet.uid }),
  ...(skb.packet.tos === undefined ? {} : { tos: skb.packet.tos }),
});

export function routedStep(
  run: Run,
  skb: Skb,
  route: RouteResult,
  to: "local" | "forward" | "out",
  again: boolean,
  /** Of a packet that is forwarded, before it is spent. */
  ttl?: number,
): void {
  const before = again ? { ...skb.packet, out: null } : skb.packet;
  const name = isSymbolic(route.dev) ? route.dev.says : words(String(route.dev ?? "-"), String(route.dev ?? "-"));
  const says =
    to === "local"
      ? words("routed: for this node itself", "路由：交给本节点")
      : words(`routed ${again ? "anew " : ""}out ${name.en}`, `${again ? "重新路由" : "路由"}：从 ${name["zh-CN"]} 出`);
  run.step(
    {
      kind: "routed",
      to,
      again,
      ...(route.table === undefined ? {} : { table: route.table }),
      ...(route.via === undefined ? {} : { via: fieldKey(route.via) }),
      ...(route.at ? { at: route.at } : {}),
    },
    {
      packet: skb.packet,
      changes: [
        ...(again ? changesBetween(before, skb.packet).filter((c) => c.field === "out") : []),
        ...(ttl !== undefined && ttl > 1 ? [{ field: "ttl", before: ttl, after: ttl - 1 } as const] : []),
      ],
      says,
    },
  );
}
