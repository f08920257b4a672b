import { words } from "../base/words.ts";
import { type Family, familyOf } from "../model/net/ip.ts";
import { icmpOf, type Packet } from "../model/net/packet.ts";
import { type Address, type Interface, inWords, isSymbolic, type Symbolic } from "../model/net/symbolic.ts";
import { holderOf, isCard } from "./addresses.ts";
import { freshSkb, type Skb } from "./conntrack.ts";
import { answeredDirectly } from "./direct.ts";
import { endpointText } from "./flow.ts";
import { type Fate, fromProcess, routedStep } from "./path.ts";
import { answeredHere, answeredOutside, arrive, type Expected } from "./reply.ts";
import { lookUp, type RouteResult, withoutWay } from "./routing.ts";
import type { Run } from "./run.ts";
import { mayNotLeave, sourceFor } from "./source-address.ts";
import type { Ending } from "./trace.ts";

const ephemeral: Symbolic = {
  symbol: "ephemeral-port",
  says: words("an ephemeral port", "临时端口"),
  range: [32768, 60999],
};

/** ICMP's id stands for both ports, as in conntrack's tuples. */
const echoId: Symbolic = { symbol: "icmp-id", says: words("the id of the ping", "ping 的标识"), range: [1, 65535] };
const echoRequest = (family: Family): Pick<Packet, "proto" | "sport" | "dport" | "icmpType" | "icmpCode"> => ({
  proto: icmpOf(family),
  sport: echoId,
  dport: echoId,
  icmpType: family === 4 ? 8 : 128,
  icmpCode: 0,
});

/** One flow from its sender to the server and back to the socket that waits. */
export function followFlow(run: Run): Ending {
  const { flow } = run;
  const family = familyOf(flow.to);
  const skb = freshSkb({
    family,
    src: flow.source ?? senderAddress(run),
    dst: flow.to,
    ...(flow.proto === "icmp" ? echoRequest(family) : { proto: flow.proto, sport: ephemeral, dport: flow.port }),
    mark: 0,
    in: null,
    out: null,
    flags: flow.proto === "tcp" ? "S" : "",
    ttl: 64,
    tos: 0,
    ...(flow.proto === "tcp" ? { length: familyOf(flow.to) === 4 ? 60 : 80 } : {}),
  });
  const fate = flow.from === "host" ? sendFromHost(run, skb) : sendFromOutside(run, skb);
  if (fate.kind === "ended") return fate.ending;
  const begun = run.steps.find((s) => s.kind === "source-chosen" || s.kind === "sent")?.packet ?? skb.packet;
  const expected: Expected = { src: begun.src, sport: begun.sport };
  if (fate.kind === "local") return answeredHere(run, skb, expected);
  return skb.direct ? answeredDirectly(run, skb, fate, expected) : answeredOutside(run, skb, fate, expected);
}

function senderAddress(run: Run): Symbolic {
  return run.flow.from === "external"
    ? { symbol: "client", says: words("an outside client's address", "外部客户端的地址"), local: false }
    : { symbol: "pod", says: words("a pod's address", "某个 Pod 的地址"), local: false };
}

/** A process opens a connection: the route decides the interface and, unless bound, the source (ip_route_output_key). */
function sendFromHost(run: Run, skb: Skb): Fate {
  const { flow } = run;
  const bound = flow.source;
  const key = {
    family: skb.packet.family,
    dst: flow.to,
    mark: 0,
    proto: skb.packet.proto,
    sport: skb.packet.sport,
    dport: skb.packet.dport,
    uid: 0,
    ...(bound === undefined ? {} : { src: bound }),
  };
  const first = lookUp(run, key);
  // ip_route_connect asks again with the source it got, so that rules `from` it apply. IPv6 (ip6_dst_lookup_tail) does so only when
  // it found no way; it takes a source all the same. Both seen on Linux 6.18.
  const again = bound === undefined && (skb.packet.family === 6) !== leadsOn(first);
  if (!leadsOn(first) && !again) return noRoute(run, skb, first);
  const src = bound ?? sourceFor(run, first, flow.to, skb.packet.family);
  const route = again ? lookUp(run, { ...key, src }) : first;
  if (!leadsOn(route)) return noRoute(run, skb, route);
  if (bound !== undefined && mayNotLeave(run, bound, route.dev))
    return {
      kind: "ended",
      ending: run.stop(
        "refused",
        "loopback-source",
        words(
          `A loopback source may not leave by ${inWords(route.dev).en}, which has no route_localnet: connect() fails at once.`,
          `源地址为回环地址的报文不能从未开启 route_localnet 的 ${inWords(route.dev)["zh-CN"]} 发出：connect() 立即失败。`,
        ),
        skb.packet,
      ),
    };
  skb.packet = { ...skb.packet, src, uid: 0 };
  const why = bound !== undefined ? "bound" : route.type === "local" ? "local-destination" : "route";
  const name = isSymbolic(src) ? src.says : words(src, src);
  run.step(
    { kind: "sent", by: "process" },
    {
      packet: skb.packet,
      changes: [],
      says: words(
        flow.proto === "icmp"
          ? `A process pings ${flow.to}`
          : `A process connects to ${endpointText(flow.to, flow.port)}`,
        flow.proto === "icmp" ? `进程 ping ${flow.to}` : `进程连接 ${endpointText(flow.to, flow.port)}`,
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

const leadsOn = ({ type }: RouteResult): boolean => type === "unicast" || type === "local" || type === "broadcast";

const noRoute = (run: Run, skb: Skb, route: RouteResult): Fate => ({
  kind: "ended",
  ending: run.stop(
    "refused",
    "no-route",
    words(
      `${withoutWay(route, run.flow.to).en} connect() fails at once.`,
      `${withoutWay(route, run.flow.to)["zh-CN"]}connect() 立即失败。`,
    ),
    skb.packet,
  ),
});

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
  // who asks for a card's own address from outside reaches it by that card's network, wherever the way back leads
  const asked = isPod ? undefined : holderOf(run.world.snapshot, run.flow.to)?.link.name;
  if (asked !== undefined && isCard(asked)) return asked;
  const route = lookUp(run, { family: familyOf(run.flow.to), dst: src, mark: 0 });
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
