import { type Words, words } from "../base/words.ts";
import type { RealServer } from "../model/ipvs/virtual-server.ts";
import { familyOf } from "../model/net/ip.ts";
import type { Packet } from "../model/net/packet.ts";
import type { Port } from "../model/net/symbolic.ts";
import type { Hook } from "../model/netfilter/hook.ts";
import { isLoopback } from "./addresses.ts";
import { confirm, type IpvsMethod, type Skb } from "./conntrack.ts";
import { endpointText } from "./flow.ts";
import type { Pool } from "./ipvs-schedule.ts";
import { changesBetween } from "./packet.ts";
import { lookUp, type RouteResult, withoutWay } from "./routing.ts";
import type { Run } from "./run.ts";
import { sourceFor } from "./source-address.ts";
import type { Ending, Outcome } from "./trace.ts";

/** pass: not IPVS's business; local: goes on in this hook; sent: goes on at OUTPUT by a new route. */
export type IpvsVerdict =
  | { readonly kind: "pass" }
  | { readonly kind: "local" }
  | { readonly kind: "sent" }
  | { readonly kind: "ended"; readonly ending: Ending };

const methods: Readonly<Record<Exclude<RealServer["forwarding"], "unknown">, IpvsMethod>> = {
  masq: "MASQ",
  route: "GATE",
  tunnel: "IPIP",
  local: "LOCAL",
};

/**
 * Sends the packet to the chosen real server (net/netfilter/ipvs/ip_vs_xmit.c): ip_vs_nat_xmit rewrites the destination,
 * ip_vs_dr_xmit and ip_vs_tunnel_xmit leave the packet as it is, ip_vs_null_xmit gives it to this node.
 */
export function forwardTo(run: Run, skb: Skb, hook: Hook, pool: Pool, real: RealServer): IpvsVerdict {
  const { packet } = skb;
  const stop = (outcome: Outcome, reason: string, says: Words): IpvsVerdict => ({
    kind: "ended",
    ending: run.stop(outcome, reason, says, packet),
  });
  if (real.forwarding === "unknown")
    return stop(
      "undecidable",
      "ipvs-forwarding",
      words(
        `The listing does not show how IPVS forwards to ${real.address}: print ipvsadm -S -n.`,
        `该列表没有显示 IPVS 以何种方式转发到 ${real.address}：请用 ipvsadm -S -n 打印。`,
      ),
    );
  const method = methods[real.forwarding];
  const route = lookUp(run, { family: familyOf(real.address), dst: real.address, mark: 0 });
  const local = method === "LOCAL" || route.type === "local";
  // err_unreach of __ip_vs_get_out_rt: host unreachable, before anything is rewritten (seen on Linux 6.1, of a blackhole, too)
  if (!local && route.type !== "unicast") {
    const name = endpointText(real.address, real.port);
    run.step(
      { kind: "ipvs", hook, what: "scheduled", virtual: pool.name, real: name, at: real.at },
      {
        packet,
        changes: [],
        says: words(`IPVS chooses ${name} for ${pool.name}`, `IPVS 为 ${pool.name} 选择 ${name}`),
      },
    );
    return stop("refused", "no-route", withoutWay(route, real.address));
  }
  // ip_vs_nat_xmit
  if (method === "MASQ" && isLoopback(real.address) && hook === "INPUT" && packet.in !== "lo")
    return stop(
      "dropped",
      "loopback-real-server",
      words(
        `IPVS does not send a packet from outside to ${real.address}.`,
        `IPVS 不会把来自外部的报文发往 ${real.address}。`,
      ),
    );
  // crosses_local_route_boundary
  if (!local && isLoopback(packet.src))
    return stop(
      "dropped",
      "loopback-source",
      words(
        `IPVS stops traffic from a loopback address to ${real.address}, which is not local.`,
        `IPVS 不允许回环地址发往非本机的 ${real.address}。`,
      ),
    );
  if (local && (method === "GATE" || method === "IPIP") && hook === "OUTPUT" && packet.out !== "lo")
    return stop(
      "dropped",
      "ipvs-local-server",
      words(
        `IPVS does not hand a packet that was to leave the node to a real server on the node itself, ${real.address}, without NAT.`,
        `对本要离开节点的报文，IPVS 不会在不做 NAT 的情况下把它交给本机的真实服务器 ${real.address}。`,
      ),
    );
  const port = portAt(pool, real, packet.dport);
  const once = isOncePacket(pool, packet.proto);
  const { src: client, sport: clientPort, dst: virtual, dport: virtualPort, proto } = packet;
  const tracked = keepsTracking(run);
  if (!once)
    run.ipvsConnections.push({
      proto,
      client,
      clientPort,
      virtual,
      virtualPort,
      real: real.address,
      realPort: port,
      method,
      tracked,
    });
  const ttl = local || packet.ttl === undefined ? {} : { ttl: packet.ttl - 1 };
  const aged: Packet = { ...packet, ...ttl };
  skb.ipvsDone = true;
  if (method === "IPIP" && !local) {
    if (tracked) confirm(run, skb);
    Object.assign(skb, { connection: null, state: null, side: "original" });
    skb.direct = { real: real.address, inner: aged };
    skb.packet = wrapped(run, aged, real, route);
  } else {
    if (!tracked) Object.assign(skb, { connection: null, state: "UNTRACKED" });
    if (method === "MASQ") {
      if (!once) expectAnswer(skb, real, port);
      skb.packet = { ...aged, dst: real.address, dport: port };
    } else {
      if (!local) skb.direct = { real: real.address };
      skb.packet = aged;
    }
  }
  scheduledStep(run, packet, skb, hook, pool, real, local);
  return { kind: local ? "local" : "sent" };
}

/** ip_vs_sched_persist: where clients are held, the real server's port counts only if the virtual server has one itself. */
const portAt = ({ server }: Pool, real: RealServer, asked: Port): Port =>
  real.port === 0 || (server.persistence !== undefined && ("fwmark" in server || server.port === 0))
    ? asked
    : real.port;

/** `--ops` (UDP only): no connection is kept, and no answer is expected (ip_vs_update_conntrack). */
const isOncePacket = ({ server }: Pool, proto: string): boolean => proto === "udp" && server.flags.includes("ops");

/** ip_vs_update_conntrack */
function expectAnswer({ connection, side }: Skb, real: RealServer, port: Port): void {
  if (connection && !connection.confirmed && side === "original")
    connection.reply = { ...connection.reply, src: real.address, sport: port };
}

function scheduledStep(
  run: Run,
  before: Packet,
  skb: Skb,
  hook: Hook,
  pool: Pool,
  real: RealServer,
  local: boolean,
): void {
  const { name: virtual } = pool;
  const name = endpointText(real.address, real.port);
  const untouched = skb.direct === undefined && real.forwarding !== "masq";
  const how = skb.direct?.inner
    ? words(" through a tunnel", "，经隧道")
    : skb.direct
      ? words(" as it is, by its link layer address", "，原样按其链路层地址发出")
      : local && untouched
        ? words(", on this node, as it is", "，就在本节点，原样交付")
        : isOncePacket(pool, before.proto)
          ? words(", for this packet alone: no answer is translated back", "，仅此一个报文：回包不会被还原")
          : skb.packet.dport !== real.port && real.port !== 0
            ? words(", at the port asked for, as persistence wants it", "，持久连接下使用客户端请求的端口")
            : words("", "");
  run.step(
    { kind: "ipvs", hook, what: "scheduled", virtual, real: name, at: real.at },
    {
      packet: before,
      changes: changesBetween(before, skb.packet),
      says: words(`IPVS sends ${virtual} to ${name}${how.en}`, `IPVS 把 ${virtual} 转到 ${name}${how["zh-CN"]}`),
    },
  );
}

/** The outer packet: IP in IP, or GRE or GUE where the real server says so (`--tun-type`). */
function wrapped(run: Run, inner: Packet, real: RealServer, route: RouteResult): Packet {
  const family = familyOf(real.address);
  const [, type = "ipip"] = /--tun-type (\S+)/.exec(real.tunnel ?? "") ?? [];
  const [, gue] = /--tun-port (\d+)/.exec(real.tunnel ?? "") ?? [];
  const { icmpType: _type, icmpCode: _code, length, ...rest } = inner;
  const proto = type === "gre" ? "gre" : type === "gue" ? "udp" : inner.family === 4 ? "ipencap" : "ipv6";
  const bytes = (family === 4 ? 20 : 40) + (type === "gue" ? 12 : type === "gre" ? 4 : 0);
  return {
    ...rest,
    family,
    proto,
    src: sourceFor(run, route, real.address, family),
    dst: real.address,
    sport: type === "gue" ? gueSource : 0,
    dport: type === "gue" ? Number(gue ?? 0) : 0,
    flags: "",
    ...(length === undefined ? {} : { length: length + bytes }),
  };
}

const gueSource: Port = {
  symbol: "gue-port",
  says: words("a port made from the packet in the tunnel", "由隧道内报文算出的端口"),
  range: [32768, 60999],
};

/** net.ipv4.vs.conntrack: without it IPVS lets go of the conntrack entry (ip_vs_notrack). */
function keepsTracking(run: Run): boolean {
  const sysctl = run.world.snapshot.sysctls.get("net.ipv4.vs.conntrack");
  if (sysctl) return sysctl.value.trim() !== "0";
  return run.assume("sysctl:net.ipv4.vs.conntrack", {
    answer: true,
    about: words("net.ipv4.vs.conntrack is 1.", "net.ipv4.vs.conntrack 为 1。"),
    because: words("kube-proxy sets it when it starts.", "kube-proxy 启动时会设置它。"),
    settledBy: "sysctl net.ipv4.vs.conntrack",
  });
}
