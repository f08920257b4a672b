import { words } from "../base/words.ts";
import { familyOf } from "../model/net/ip.ts";
import type { Packet } from "../model/net/packet.ts";
import { type Address, fieldKey, type Interface, isSymbolic, type Symbolic } from "../model/net/symbolic.ts";
import { holderOf, selectAddress } from "./addresses.ts";
import { isOnNode, leavesUntranslated, routerHasNoWay, wayBack } from "./beyond.ts";
import { isBridge, portsFor } from "./bridge.ts";
import type { Skb } from "./conntrack.ts";
import { endpointText } from "./flow.ts";
import { type Fate, fromProcess, fromWire, routedStep } from "./path.ts";
import { lookUp, type RouteResult } from "./routing.ts";
import type { Run } from "./run.ts";
import type { Ending, Outcome } from "./trace.ts";

const ephemeral: Symbolic = {
  symbol: "ephemeral-port",
  says: words("an ephemeral port", "临时端口"),
  range: [32768, 60999],
};

/** One flow from its sender to the server and back to the socket that waits. */
export function followFlow(run: Run): Ending {
  const { flow } = run;
  const skb = freshSkb({
    family: familyOf(flow.to),
    proto: flow.proto,
    src: flow.source ?? senderAddress(run),
    dst: flow.to,
    sport: ephemeral,
    dport: flow.port,
    mark: 0,
    in: null,
    out: null,
    flags: flow.proto === "tcp" ? "S" : "",
    ttl: 64,
    tos: 0,
    ...(flow.proto === "tcp" ? { length: 60 } : {}),
  });
  const fate = flow.from === "host" ? sendFromHost(run, skb) : sendFromOutside(run, skb);
  if (fate.kind === "ended") return fate.ending;
  const expected: Expected = {
    src: run.steps.find((s) => s.kind === "source-chosen" || s.kind === "sent")?.packet.src ?? skb.packet.src,
  };
  return fate.kind === "local" ? answeredHere(run, skb, expected) : answeredOutside(run, skb, fate, expected);
}

interface Expected {
  /** The client's own address, to which the answer must come. */
  readonly src: Address;
}

export const freshSkb = (packet: Packet): Skb => ({
  packet,
  connection: null,
  state: null,
  side: "original",
  ipvsDone: false,
});

function senderAddress(run: Run): Symbolic {
  return run.flow.from === "external"
    ? { symbol: "client", says: words("an outside client's address", "外部客户端的地址"), local: false }
    : { symbol: "pod", says: words("a pod's address", "某个 Pod 的地址"), local: false };
}

/** A process opens a connection: the route decides the interface and, unless bound, the source (ip_route_output_key). */
function sendFromHost(run: Run, skb: Skb): Fate {
  const { flow } = run;
  const bound = flow.source;
  const route = lookUp(run, {
    family: skb.packet.family,
    dst: flow.to,
    mark: 0,
    proto: flow.proto,
    dport: flow.port,
    uid: 0,
    ...(bound === undefined ? {} : { src: bound }),
  });
  if (route.type !== "unicast" && route.type !== "local" && route.type !== "broadcast")
    return {
      kind: "ended",
      ending: run.stop(
        "refused",
        "no-route",
        words(
          `The node has no route to ${flow.to}: connect() fails at once.`,
          `节点没有到 ${flow.to} 的路由：connect() 立即失败。`,
        ),
        skb.packet,
      ),
    };
  const src = bound ?? chooseSource(run, skb, route);
  skb.packet = { ...skb.packet, src, uid: 0 };
  const why = bound !== undefined ? "bound" : route.type === "local" ? "local-destination" : "route";
  const name = isSymbolic(src) ? src.says : words(src, src);
  run.step(
    { kind: "sent", by: "process" },
    {
      packet: skb.packet,
      changes: [],
      says: words(
        `A process connects to ${endpointText(flow.to, flow.port)}`,
        `进程连接 ${endpointText(flow.to, flow.port)}`,
      ),
    },
  );
  run.step(
    { kind: "source-chosen", why },
    {
      packet: skb.packet,
      changes: [],
      says: {
        bound: words(`The client is bound to ${name.en}`, `客户端绑定了源地址 ${name["zh-CN"]}`),
        "local-destination": words(
          `The destination is local on this node, so the kernel takes ${name.en} as the source too`,
          `目的地址是本机地址，内核因此也用 ${name["zh-CN"]} 作源地址`,
        ),
        route: words(`The route gives the source ${name.en}`, `路由给出源地址 ${name["zh-CN"]}`),
      }[why],
    },
  );
  skb.packet = { ...skb.packet, out: route.dev };
  routedStep(run, skb, route, route.type === "local" ? "local" : "out", false);
  return fromProcess(run, skb, route);
}

function chooseSource(run: Run, skb: Skb, route: RouteResult): Address {
  if (route.source !== undefined) return route.source;
  if (route.type === "local") return skb.packet.dst;
  return selectAddress(run, route.dev, route.via ?? skb.packet.dst, skb.packet.family);
}

/** A pod's or outside client's packet reaches the node by the interface that leads to its sender. */
function sendFromOutside(run: Run, skb: Skb): Fate {
  const { flow } = run;
  const isPod = flow.from !== "external";
  run.step(
    { kind: "sent", by: isPod ? "pod" : "client" },
    {
      packet: skb.packet,
      changes: [],
      says: isPod
        ? words("A pod sends the packet", "Pod 发出报文")
        : words("An outside client sends the packet", "外部客户端发出报文"),
    },
  );
  return arrive(run, skb, senderInterface(run, skb.packet.src, isPod), isPod);
}

function senderInterface(run: Run, src: Address, isPod: boolean): Interface {
  const route = lookUp(run, { family: 4, dst: src, mark: 0 });
  if (!isSymbolic(route.dev) && route.dev !== null && route.type === "unicast") return route.dev;
  return isPod
    ? {
        symbol: "pod-interface",
        says: words("the pod's interface on the node", "Pod 在节点上的接口"),
        except: ["lo", "kube-ipvs0"],
      }
    : {
        symbol: "out-interface",
        says: words("an interface that the dumps do not name", "转储中没有给出名字的接口"),
        except: ["lo", "kube-ipvs0"],
      };
}

function arrive(run: Run, skb: Skb, dev: Interface, fromPod: boolean): Fate {
  const ports = fromPod && isBridge(run, dev) ? portsFor(run, dev, skb.packet.src, skb.packet.dst) : undefined;
  return fromWire(run, skb, dev, ports);
}

/** The server is a process of this node (or a pod in its network namespace). */
function answeredHere(run: Run, skb: Skb, expected: Expected): Ending {
  const { packet } = skb;
  const unserved = nobodyListens(run, packet);
  if (unserved) return unserved;
  run.step(
    { kind: "received", by: "local-process" },
    {
      packet,
      changes: [],
      says: words(
        `A process on this node receives it from ${fieldKey(packet.src)}`,
        `本节点上的进程收到报文，来源 ${fieldKey(packet.src)}`,
      ),
    },
  );
  run.direction = "reply";
  const reply = freshSkb(answerTo(packet));
  run.step(
    { kind: "sent", by: "server" },
    {
      packet: reply.packet,
      changes: [],
      says: words(`It answers to ${fieldKey(packet.src)}`, `它把回包发给 ${fieldKey(packet.src)}`),
    },
  );
  const route = lookUp(run, { family: reply.packet.family, dst: reply.packet.dst, src: reply.packet.src, mark: 0 });
  if (route.type !== "unicast" && route.type !== "local")
    return run.stop(
      "reply-lost",
      "no-route",
      words(
        `There is no route back to ${fieldKey(reply.packet.dst)}.`,
        `没有回到 ${fieldKey(reply.packet.dst)} 的路由。`,
      ),
      reply.packet,
    );
  const fate = fromProcess(run, reply, route);
  return replyArrived(run, reply, fate, expected, packet.src);
}

/** An address that only kube-ipvs0 holds, and no virtual server took the packet: nothing listens there. */
function nobodyListens(run: Run, packet: Packet): Ending | null {
  const holder = holderOf(run.world.snapshot, packet.dst);
  if (holder?.link.name !== "kube-ipvs0") return null;
  const closed = run.assume(`listener:${fieldKey(packet.dst)}:${fieldKey(packet.dport)}`, {
    answer: true,
    about: words(
      `No process of the node listens on port ${fieldKey(packet.dport)} of all addresses.`,
      `本节点没有进程在所有地址的 ${fieldKey(packet.dport)} 端口上监听。`,
    ),
    because: words(
      "The address is on kube-ipvs0 and IPVS has no virtual server for this port.",
      "该地址在 kube-ipvs0 上，而 IPVS 没有该端口的虚拟服务。",
    ),
    settledBy: "ss -lnt",
  });
  if (!closed) return null;
  return run.stop(
    "refused",
    "no-virtual-server",
    words(
      `IPVS has no virtual server for ${endpointText(fieldKey(packet.dst), fieldKey(packet.dport))}; the node itself answers with a reset.`,
      `IPVS 中没有 ${endpointText(fieldKey(packet.dst), fieldKey(packet.dport))} 的虚拟服务；由节点自己回 RST。`,
    ),
    packet,
  );
}

const answerTo = (packet: Packet): Packet => {
  const { uid: _uid, physin: _in, physout: _out, ...rest } = packet;
  return {
    ...rest,
    src: packet.dst,
    dst: packet.src,
    sport: packet.dport,
    dport: packet.sport,
    mark: 0,
    in: null,
    out: null,
    ttl: 64,
    flags: packet.proto === "tcp" ? "SA" : "",
  };
};

function answeredOutside(run: Run, skb: Skb, fate: Extract<Fate, { kind: "out" }>, expected: Expected): Ending {
  const { packet } = skb;
  const by = isSymbolic(fate.dev) ? fate.dev.says : words(String(fate.dev), String(fate.dev));
  run.step(
    { kind: "wire", iface: fieldKey(fate.dev) },
    {
      packet,
      changes: [],
      says: words(
        `Leaves by ${by.en} with source ${fieldText(packet.src).en}`,
        `以源地址 ${fieldText(packet.src)["zh-CN"]} 从 ${by["zh-CN"]} 发出`,
      ),
    },
  );
  const unreached = isOnNode(run, fate.dev, fate.via, packet.dst)
    ? null
    : (routerHasNoWay(run, packet) ?? leavesUntranslated(run, packet));
  if (unreached) return unreached;
  run.step(
    { kind: "received", by: "server" },
    {
      packet,
      changes: [],
      says: words(
        `The server receives it from ${fieldText(packet.src).en}`,
        `服务端收到报文，来源 ${fieldText(packet.src)["zh-CN"]}`,
      ),
    },
  );
  const back = wayBack(run, packet, fate.dev, fate.via);
  const clientOutside = run.flow.from === "external" && fieldKey(packet.src) === fieldKey(expected.src);
  run.direction = "reply";
  const reply = freshSkb(answerTo(packet));
  run.step(
    { kind: "sent", by: "server" },
    {
      packet: reply.packet,
      changes: [],
      says: words(`It answers to ${fieldText(packet.src).en}`, `它把回包发给 ${fieldText(packet.src)["zh-CN"]}`),
    },
  );
  if (clientOutside && !back.known)
    return run.stop(
      "reply-lost",
      "reply-bypasses-node",
      words(
        "The server answers straight to the client, past this node: the client gets an answer from an address it never asked.",
        "服务端绕过本节点直接回给客户端：客户端收到来自陌生地址的回包。",
      ),
      reply.packet,
    );
  run.step(
    { kind: "beyond", known: back.known },
    {
      packet: reply.packet,
      changes: [],
      says:
        back.kind === "back"
          ? words("The network carries the answer back to this node", "网络把回包送回本节点")
          : back.says,
    },
  );
  if (back.kind === "lost") return run.stop("reply-lost", back.reason, back.says, reply.packet);
  const returned = arrive(run, reply, back.dev, fate.via === undefined && isBridge(run, back.dev));
  return replyArrived(run, reply, returned, expected, packet.src);
}

/** Is it the answer that the client waits for, from the address it asked? */
function replyArrived(run: Run, reply: Skb, fate: Fate, expected: Expected, sourceSeen: Address): Ending {
  if (fate.kind === "ended") {
    const { outcome } = fate.ending;
    return outcome === "undecidable" ? fate.ending : { ...fate.ending, outcome: "reply-lost" };
  }
  const { flow } = run;
  const { packet } = reply;
  const forHost = flow.from === "host";
  const isHome =
    fieldKey(packet.dst) === fieldKey(expected.src) && (forHost ? fate.kind === "local" : fate.kind === "out");
  if (!isHome)
    return run.stop(
      "reply-lost",
      "reply-not-for-client",
      words(
        `The answer ends at ${fieldKey(packet.dst)}, not at the client.`,
        `回包止于 ${fieldKey(packet.dst)}，没有到达客户端。`,
      ),
      packet,
    );
  if (fieldKey(packet.src) !== flow.to || fieldKey(packet.sport) !== String(flow.port))
    return run.stop(
      "reply-lost",
      "reply-from-other-address",
      words(
        `The answer comes from ${endpointText(fieldKey(packet.src), fieldKey(packet.sport))}, which the client never asked: it answers with a reset.`,
        `回包来自 ${endpointText(fieldKey(packet.src), fieldKey(packet.sport))}，客户端并未连接它，会回 RST。`,
      ),
      packet,
    );
  run.step(
    { kind: "received", by: forHost ? "socket" : flow.from === "external" ? "client" : "pod" },
    { packet, changes: [], says: words("The answer reaches the socket that waits for it", "回包到达等待它的 socket") },
  );
  return { ...delivered(run, sourceSeen), step: run.steps.length - 1 };
}

function delivered(
  run: Run,
  sourceSeen: Address,
): { outcome: Outcome; reason: string; says: ReturnType<typeof words> } {
  const service = run.world.guess({ ask: "service-address", address: sourceSeen });
  if (service?.answer && !isSymbolic(sourceSeen) && fieldKey(sourceSeen) === run.flow.to && run.flow.from === "host")
    return {
      outcome: "wrong-source",
      reason: "service-address-as-source",
      says: words(
        `Delivered, but the server sees the Service's own address ${sourceSeen} as the client.`,
        `已送达，但服务端看到的客户端地址是 Service 自己的地址 ${sourceSeen}。`,
      ),
    };
  return { outcome: "delivered", reason: "delivered", says: words("The connection is made.", "连接建立。") };
}

const fieldText = (value: Address): ReturnType<typeof words> => (isSymbolic(value) ? value.says : words(value, value));
