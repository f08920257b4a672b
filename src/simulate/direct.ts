import { words } from "../base/words.ts";
import type { Packet } from "../model/net/packet.ts";
import { fieldKey, inWords, isSymbolic } from "../model/net/symbolic.ts";
import { isLocal } from "./addresses.ts";
import { isOnNode, routerHasNoWay, sentBackBy } from "./beyond.ts";
import { isBridge } from "./bridge.ts";
import { freshSkb, type Skb } from "./conntrack.ts";
import { changesBetween } from "./packet.ts";
import type { Fate } from "./path.ts";
import { answerTo, arrive, type Expected, ownSourceAtServer, replyArrived, wireStep } from "./reply.ts";
import type { Run } from "./run.ts";
import type { Ending } from "./trace.ts";

/**
 * IPVS sent the packet to a real server without NAT (direct routing, or a tunnel that the server unwraps): the server
 * must hold the virtual address itself, and answers from it straight to the client.
 */
export function answeredDirectly(run: Run, skb: Skb, fate: Extract<Fate, { kind: "out" }>, expected: Expected): Ending {
  const { direct } = skb;
  if (!direct) throw new Error("natlens bug: no real server is reached directly");
  wireStep(run, skb.packet, fate);
  const near = isOnNode(run, fate.dev, direct.inner ? fate.via : undefined, direct.real);
  const unreached = near
    ? null
    : direct.inner
      ? routerHasNoWay(run, skb.packet)
      : endsAtGateway(run, skb.packet, direct);
  if (unreached) return unreached;
  const packet = direct.inner ? unwrapped(run, skb, direct.inner) : skb.packet;
  const own = ownSourceAtServer(run, packet);
  if (own) return own;
  const virtual = inWords(packet.dst);
  const holds = run.assume(`real-server-holds:${direct.real}`, {
    answer: true,
    about: words(
      `The real server ${direct.real} holds ${virtual.en} itself.`,
      `真实服务器 ${direct.real} 自己持有 ${virtual["zh-CN"]}。`,
    ),
    because: words(
      "IPVS does not rewrite the destination on the way to it, so it was set up for that.",
      "IPVS 发往它时不改写目的地址，它应当是为此配置的。",
    ),
    settledBy: `ip addr   # on ${direct.real}`,
  });
  if (!holds)
    return run.stop(
      "dropped",
      "real-server-lacks-address",
      words(
        `${direct.real} gets a packet for ${virtual.en}, which it does not hold.`,
        `${direct.real} 收到发往 ${virtual["zh-CN"]} 的报文，而它并不持有该地址。`,
      ),
      packet,
    );
  run.step(
    { kind: "received", by: "server" },
    {
      packet,
      changes: [],
      says: words(
        `The real server receives it from ${inWords(packet.src).en}, still for ${virtual.en}`,
        `真实服务器收到报文，来源 ${inWords(packet.src)["zh-CN"]}，目的仍为 ${virtual["zh-CN"]}`,
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
      says: words(
        `It answers from ${virtual.en} straight to ${inWords(packet.src).en}`,
        `它以 ${virtual["zh-CN"]} 为源地址直接回给 ${inWords(packet.src)["zh-CN"]}`,
      ),
    },
  );
  const passesHere = near || run.flow.from !== "external" || isLocal(run, packet.src) === "yes";
  if (passesHere) {
    const back = arrive(run, reply, fate.dev, near && isBridge(run, fate.dev));
    return replyArrived(run, reply, back, expected, packet.src);
  }
  run.step(
    { kind: "beyond", known: false },
    {
      packet: reply.packet,
      changes: [],
      says: words("The network carries the answer past this node", "网络把回包直接送达，不经过本节点"),
    },
  );
  return replyArrived(run, reply, { kind: "out", dev: fate.dev }, expected, packet.src);
}

/** A router that gets a packet for the virtual address does not know that it is meant for the real server behind it. */
function endsAtGateway(run: Run, packet: Packet, { real, gateway }: NonNullable<Skb["direct"]>): Ending | null {
  if (gateway === undefined) return null;
  const onLink =
    isSymbolic(gateway) &&
    run.assume(`on-link:${real}`, {
      answer: true,
      about: words(`${real} is on a link of this node.`, `${real} 与本节点在同一链路上。`),
      because: words("Direct routing needs it.", "直接路由需要如此。"),
      settledBy: `ip route get ${real}`,
    });
  if (onLink) return null;
  if (sentBackBy(run, packet) !== undefined)
    return run.stop(
      "looped",
      "real-server-behind-gateway",
      words(
        `${real} is reached by the gateway ${inWords(gateway).en}, which sends what is for ${inWords(packet.dst).en} back to this node, until its time to live ends: direct routing needs the real server on a link of this node.`,
        `${real} 要经网关 ${inWords(gateway)["zh-CN"]} 到达，而网关把发往 ${inWords(packet.dst)["zh-CN"]} 的报文送回本节点，直到 TTL 耗尽：直接路由要求真实服务器与本节点在同一链路上。`,
      ),
      packet,
    );
  return run.stop(
    "dropped",
    "real-server-behind-gateway",
    words(
      `${real} is reached by the gateway ${inWords(gateway).en}, which gets a packet for ${inWords(packet.dst).en} and does not know that it is for ${real}: direct routing needs the real server on a link of this node.`,
      `${real} 要经网关 ${inWords(gateway)["zh-CN"]} 到达，而网关收到的报文目的是 ${inWords(packet.dst)["zh-CN"]}，并不知道它该给 ${real}：直接路由要求真实服务器与本节点在同一链路上。`,
    ),
    packet,
  );
}

function unwrapped(run: Run, skb: Skb, inner: Packet): Packet {
  const outer = skb.packet;
  const packet = { ...inner, in: outer.in, out: outer.out };
  run.step(
    { kind: "beyond", known: false },
    {
      packet: outer,
      changes: changesBetween(outer, packet),
      says: words(
        `${isSymbolic(outer.dst) ? "The real server" : fieldKey(outer.dst)} takes the packet out of the tunnel`,
        `${isSymbolic(outer.dst) ? "真实服务器" : fieldKey(outer.dst)} 从隧道中取出报文`,
      ),
    },
  );
  return packet;
}
