import { words } from "../base/words.ts";
import { isIcmp, type Packet } from "../model/net/packet.ts";
import { type Address, fieldKey, type Interface, inWords, isSymbolic, type Port } from "../model/net/symbolic.ts";
import {
  goesRound,
  isOnNode,
  leavesForGateway,
  leavesUntranslated,
  routerHasNoWay,
  sentBackBy,
  wayBack,
} from "./beyond.ts";
import { isBridge, portsFor } from "./bridge.ts";
import { freshSkb, type Skb } from "./conntrack.ts";
import { endpointText } from "./flow.ts";
import { isTranslation, notServedHere } from "./node-listens.ts";
import { changesBetween } from "./packet.ts";
import { type Fate, fromProcess, fromWire, keyOf } from "./path.ts";
import { lookUp } from "./routing.ts";
import type { Run } from "./run.ts";
import { mayNotLeave } from "./source-address.ts";
import type { Ending, Outcome } from "./trace.ts";

/** What the client waits for. */
export interface Expected {
  /** The client's own address, to which the answer must come. */
  readonly src: Address;
  /** The port of its socket. */
  readonly sport: Port;
}

/** A packet reaches the node by an interface; a pod of a bridge sends a frame to one of its ports. */
export function arrive(run: Run, skb: Skb, dev: Interface, fromPod: boolean): Fate {
  const ports = fromPod && isBridge(run, dev) ? portsFor(run, dev, skb.packet) : undefined;
  return fromWire(run, skb, dev, ports);
}

/** The server is a process of this node (or a pod in its network namespace). */
export function answeredHere(run: Run, skb: Skb, expected: Expected): Ending {
  const { packet } = skb;
  const unserved = notServedHere(run, packet);
  if (unserved) return unserved;
  run.step(
    { kind: "received", by: "local-process" },
    {
      packet,
      changes: [],
      says: words(
        `${isIcmp(packet.proto) ? "This node itself" : "A process on this node"} receives it from ${inWords(packet.src).en}`,
        `${isIcmp(packet.proto) ? "本节点自己" : "本节点上的进程"}收到报文，来源 ${inWords(packet.src)["zh-CN"]}`,
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
      says: words(`It answers to ${inWords(packet.src).en}`, `它把回包发给 ${inWords(packet.src)["zh-CN"]}`),
    },
  );
  const route = lookUp(run, keyOf(reply));
  if (mayNotLeave(run, reply.packet.src, route.dev))
    return run.stop(
      "reply-lost",
      "loopback-source",
      words(
        "The answer has a loopback source, which may not leave by a device without route_localnet.",
        "回包的源地址为回环地址，不能从未开启 route_localnet 的设备发出。",
      ),
      reply.packet,
    );
  if (route.type !== "unicast" && route.type !== "local")
    return run.stop(
      "reply-lost",
      "no-route",
      words(
        `There is no route back to ${inWords(reply.packet.dst).en}.`,
        `没有回到 ${inWords(reply.packet.dst)["zh-CN"]} 的路由。`,
      ),
      reply.packet,
    );
  const fate = fromProcess(run, reply, route);
  return replyArrived(run, reply, fate, expected, packet.src);
}

export const answerTo = (packet: Packet): Packet => {
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
    // a ping's answer has its TOS, too (icmp_reply); a socket's packets have the socket's own
    ...(isIcmp(packet.proto)
      ? { icmpType: packet.family === 4 ? 0 : 129 }
      : packet.tos === undefined
        ? {}
        : { tos: 0 }),
  };
};

/** The router sends what it gets back to this node, which meets it as any other packet. */
function comesBack(run: Run, { packet }: Skb, dev: Interface, expected: Expected, cameBack: boolean): Ending {
  const { uid: _uid, physin: _in, physout: _out, ...rest } = packet;
  if (cameBack)
    return run.stop(
      "looped",
      "router-sends-it-back",
      words(
        `The packet goes round between this node and the router, which has its route to ${inWords(packet.dst).en} by this node, until its TTL runs out.`,
        `报文在本节点与路由器之间往返，直到 TTL 耗尽：路由器到 ${inWords(packet.dst)["zh-CN"]} 的路由指向本节点。`,
      ),
      packet,
    );
  const again = { ...rest, mark: 0, in: null, out: null, ...(packet.ttl === undefined ? {} : { ttl: packet.ttl - 1 }) };
  run.step(
    { kind: "beyond", known: true },
    {
      packet,
      changes: changesBetween(packet, again).filter((c) => c.field !== "in" && c.field !== "out"),
      says: words("The router sends it back to this node", "路由器把它送回本节点"),
    },
  );
  const skb = freshSkb(again);
  const fate = arrive(run, skb, dev, false);
  if (fate.kind === "ended") return fate.ending;
  return fate.kind === "local" ? answeredHere(run, skb, expected) : answeredOutside(run, skb, fate, expected, true);
}

/** The packet goes out by a device of the node. */
export function wireStep(run: Run, packet: Packet, fate: Extract<Fate, { kind: "out" }>): void {
  const by = isSymbolic(fate.dev) ? fate.dev.says : words(String(fate.dev), String(fate.dev));
  run.step(
    { kind: "wire", iface: fieldKey(fate.dev) },
    {
      packet,
      changes: [],
      says: words(
        `Leaves by ${by.en} with source ${inWords(packet.src).en}`,
        `以源地址 ${inWords(packet.src)["zh-CN"]} 从 ${by["zh-CN"]} 发出`,
      ),
    },
  );
}

/** A server does not take a packet that comes from its own address. */
export function ownSourceAtServer(run: Run, packet: Packet): Ending | null {
  if (fieldKey(packet.src) !== fieldKey(packet.dst)) return null;
  const name = inWords(packet.dst);
  // IPv6 knows no martian source (seen on Linux 6.18: the SYN-ACK goes out by lo, where a reset meets it)
  if (packet.family === 6)
    return run.stop(
      "reply-lost",
      "own-source-at-server",
      words(
        `${name.en} gets a packet that claims to come from ${name.en} itself, and answers to itself.`,
        `${name["zh-CN"]} 收到一个自称来自它自己的报文，于是把回包发给了它自己。`,
      ),
      packet,
    );
  return run.stop(
    "dropped",
    "own-source-at-server",
    words(
      `${name.en} gets a packet that claims to come from ${name.en} itself: a martian, which its kernel drops.`,
      `${name["zh-CN"]} 收到一个自称来自它自己的报文：martian，被它的内核丢弃。`,
    ),
    packet,
  );
}

export function answeredOutside(
  run: Run,
  skb: Skb,
  fate: Extract<Fate, { kind: "out" }>,
  expected: Expected,
  cameBack = false,
): Ending {
  const { packet } = skb;
  wireStep(run, packet, fate);
  const near = isOnNode(run, fate.dev, fate.via, packet.dst);
  const sentBack = near ? undefined : sentBackBy(run, packet);
  if (sentBack !== undefined) return comesBack(run, skb, sentBack, expected, cameBack);
  const unreached = near
    ? null
    : (routerHasNoWay(run, packet) ??
      leavesUntranslated(run, packet) ??
      goesRound(run, packet) ??
      leavesForGateway(run, packet, fate.via));
  if (unreached) return unreached;
  const own = ownSourceAtServer(run, packet);
  if (own) return own;
  run.step(
    { kind: "received", by: "server" },
    {
      packet,
      changes: [],
      says: words(
        `The server receives it from ${inWords(packet.src).en}`,
        `服务端收到报文，来源 ${inWords(packet.src)["zh-CN"]}`,
      ),
    },
  );
  const back = wayBack(run, packet, fate.dev, fate.via);
  const clientOutside = run.flow.from === "external" && fieldKey(packet.src) === fieldKey(expected.src);
  const bypasses = clientOutside && !back.known && !isPodHere(run);
  run.direction = "reply";
  const reply = freshSkb(answerTo(packet));
  run.step(
    { kind: "sent", by: "server" },
    {
      packet: reply.packet,
      changes: [],
      says: words(`It answers to ${inWords(packet.src).en}`, `它把回包发给 ${inWords(packet.src)["zh-CN"]}`),
    },
  );
  if (bypasses)
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
  const ending = replyArrived(run, reply, returned, expected, packet.src);
  return ending.outcome === "delivered" || ending.outcome === "wrong-source"
    ? { ...ending, ...strangerAnswers(run, packet) }
    : ending;
}

/** Is it the answer that the client waits for, from the address it asked? */
export function replyArrived(run: Run, reply: Skb, fate: Fate, expected: Expected, sourceSeen: Address): Ending {
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
        `The answer ends at ${inWords(packet.dst).en}, not at the client.`,
        `回包止于 ${inWords(packet.dst)["zh-CN"]}，没有到达客户端。`,
      ),
      packet,
    );
  // Seen on Linux 6.18: MASQUERADE --random-fully draws another port even where the address stays; an answer that raw does not
  // let conntrack track comes to that port, and the kernel refuses it: no socket has it.
  if (flow.proto !== "icmp" && fieldKey(packet.dport) !== fieldKey(expected.sport))
    return run.stop(
      "reply-lost",
      "reply-to-other-port",
      words(
        "The answer comes to the port that NAT chose, and nothing translates it back: no socket has that port.",
        "回包发到 NAT 选定的端口，却没有被转换回来：没有 socket 使用该端口。",
      ),
      packet,
    );
  if (fate.kind === "out" && leavesPodBehind(run, fate.dev))
    return run.stop(
      "reply-lost",
      "reply-leaves-elsewhere",
      words(
        `The answer leaves by ${inWords(fate.dev).en}, and the pod is not there.`,
        `回包从 ${inWords(fate.dev)["zh-CN"]} 发出，而该 Pod 不在那一侧。`,
      ),
      packet,
    );
  const fromPort = flow.proto === "icmp" || fieldKey(packet.sport) === String(flow.port);
  if (fieldKey(packet.src) !== flow.to || !fromPort) {
    const does =
      flow.proto === "tcp" ? words("answers with a reset", "会回 RST") : words("does not take it", "不会接收");
    return run.stop(
      "reply-lost",
      "reply-from-other-address",
      words(
        `The answer comes from ${endpointText(inWords(packet.src).en, inWords(packet.sport).en)}, which the client never asked: it ${does.en}.`,
        `回包来自 ${endpointText(inWords(packet.src)["zh-CN"], inWords(packet.sport)["zh-CN"])}，客户端并未连接它，${does["zh-CN"]}。`,
      ),
      packet,
    );
  }
  const checked = fate.kind === "out" && flow.from === "external" ? sentByOther(run, packet, fate.dev) : null;
  if (checked) return checked;
  run.step(
    { kind: "received", by: forHost ? "socket" : flow.from === "external" ? "client" : "pod" },
    { packet, changes: [], says: words("The answer reaches the socket that waits for it", "回包到达等待它的 socket") },
  );
  return { ...delivered(run, sourceSeen), step: run.steps.length - 1 };
}

/** The answer leaves by another interface than its address is of, and the network checks that. */
function sentByOther(run: Run, packet: Packet, dev: Interface): Ending | null {
  const guess = run.world.guess({ ask: "other-interface", source: packet.src, dev });
  if (!guess || !run.assume(`beyond:other-interface:${fieldKey(dev)}`, guess)) return null;
  return run.stop(
    "reply-lost",
    "wrong-interface",
    words(
      `The answer leaves by ${fieldKey(dev)} with the source ${inWords(packet.src).en}, which is another interface's: the network drops it.`,
      `回包以 ${inWords(packet.src)["zh-CN"]} 为源地址从 ${fieldKey(dev)} 发出，而该地址属于另一块网卡：被网络丢弃。`,
    ),
    packet,
  );
}

/** Somebody answers who is none of the Service's endpoints: another rule translated the packet first. */
function strangerAnswers(run: Run, { dst, dport }: Packet): Partial<Ending> {
  const { to: address, port, proto } = run.flow;
  if (fieldKey(dst) === address) return {};
  const service = { address, port, proto };
  const endpoint = run.world.guess({
    ask: "endpoint",
    service,
    address: dst,
    ...(proto === "icmp" ? {} : { port: dport }),
  });
  if (!endpoint || endpoint.answer) return {};
  const server = inWords(dst);
  return {
    outcome: "wrong-destination",
    reason: "no-endpoint-of-service",
    says: words(
      `${endpointText(server.en, inWords(dport).en)} answers, which is no endpoint of ${endpointText(address, port)}.`,
      `应答的是 ${endpointText(server["zh-CN"], inWords(dport)["zh-CN"])}，它不是 ${endpointText(address, port)} 的端点。`,
    ),
  };
}

/** Where no dump shows the way to the server: a Service with a Local traffic policy is served by pods of this node. */
function isPodHere(run: Run): boolean {
  if (run.world.snapshot.routes.coverage.get("main") === "whole") return false;
  const { to: address, port, proto } = run.flow;
  const guess = run.world.guess({ ask: "endpoint-here", service: { address, port, proto } });
  return guess !== undefined && run.assume(`endpoint-here:${proto} ${address} ${port}`, guess);
}

/** A pod is nowhere but behind the device that its packet came in by. */
function leavesPodBehind({ flow, steps }: Run, dev: Interface): boolean {
  const from = steps.find((s) => s.packet.in !== null)?.packet.in;
  return flow.from !== "external" && typeof from === "string" && typeof dev === "string" && from !== dev;
}

function delivered(
  run: Run,
  sourceSeen: Address,
): { outcome: Outcome; reason: string; says: ReturnType<typeof words> } {
  const service = run.world.guess({ ask: "service-address", address: sourceSeen });
  // a node that itself answers at the Service's address (NodeLocal DNS, a ping) sees no other source
  const elsewhere = run.steps.some(isTranslation);
  if (
    elsewhere &&
    service?.answer &&
    !isSymbolic(sourceSeen) &&
    fieldKey(sourceSeen) === run.flow.to &&
    run.flow.from === "host"
  )
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
