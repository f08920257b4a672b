import { words } from "../base/words.ts";
import type { RealServer, VirtualServer } from "../model/ipvs/virtual-server.ts";
import { fieldKey, isSymbolic } from "../model/net/symbolic.ts";
import type { Hook } from "../model/netfilter/hook.ts";
import { isLoopback } from "./addresses.ts";
import type { Skb } from "./conntrack.ts";
import { endpointText } from "./flow.ts";
import { serversAt } from "./known-places.ts";
import { changesBetween } from "./packet.ts";
import { lookUp } from "./routing.ts";
import type { Run } from "./run.ts";
import type { Ending } from "./trace.ts";

/** pass: not IPVS's business; local: rewritten, goes on in this hook; sent: goes on at OUTPUT by a new route. */
export type IpvsVerdict =
  | { readonly kind: "pass" }
  | { readonly kind: "local" }
  | { readonly kind: "sent" }
  | { readonly kind: "ended"; readonly ending: Ending };

interface Pool {
  readonly name: string;
  readonly realServers: readonly RealServer[];
  readonly scheduler: string;
  readonly at: VirtualServer["at"];
}

/** ip_vs_service_find: by firewall mark first, then address and port, then port 0. */
function poolFor(run: Run, skb: Skb): Pool | undefined {
  const { packet } = skb;
  const { ipvs } = run.world.snapshot;
  const byMark = packet.mark === 0 ? undefined : ipvs.markServers.find((s) => s.fwmark === packet.mark);
  if (byMark) return { ...byMark, name: `fwmark ${byMark.fwmark}` };
  if (isSymbolic(packet.dst) || isSymbolic(packet.dport)) return undefined;
  const here = serversAt(ipvs.servers, packet.proto, packet.dst);
  const server = here.find((s) => s.port === packet.dport) ?? here.find((s) => s.port === 0);
  return server && { ...server, name: endpointText(server.address, server.port) };
}

/** ip_vs_in for a packet that opens a connection: choose a real server, rewrite the destination (masquerading method). */
export function ipvsRequest(run: Run, skb: Skb, hook: Hook): IpvsVerdict {
  if (skb.ipvsDone || !["tcp", "udp", "sctp"].includes(skb.packet.proto)) return { kind: "pass" };
  const pool = poolFor(run, skb);
  if (!pool) return { kind: "pass" };
  if (skb.packet.proto === "tcp" && !skb.packet.flags.includes("S")) return { kind: "pass" };
  const usable = pool.realServers.filter((server) => server.weight > 0);
  if (usable.length === 0 && run.world.snapshot.ipvs.coverage !== "whole")
    return {
      kind: "ended",
      ending: run.stop(
        "undecidable",
        "ipvs-partial",
        words(
          `No usable real server of ${pool.name} is shown, but lines of IPVS are missing.`,
          `没有看到 ${pool.name} 的可用真实服务器，但 IPVS 的导出缺行。`,
        ),
        skb.packet,
      ),
    };
  if (usable.length === 0) {
    run.step(
      { kind: "ipvs", hook, what: "no-real-server", virtual: pool.name, at: pool.at },
      {
        packet: skb.packet,
        changes: [],
        says: words(`IPVS has no usable real server for ${pool.name}`, `IPVS 中 ${pool.name} 没有可用的真实服务器`),
      },
    );
    return {
      kind: "ended",
      ending: run.stop(
        "refused",
        "no-real-server",
        words(
          `IPVS answers with ICMP port unreachable: ${pool.name} has no usable real server.`,
          `IPVS 回 ICMP port unreachable：${pool.name} 没有可用的真实服务器。`,
        ),
        skb.packet,
      ),
    };
  }
  const real = chooseReal(run, skb, pool, usable);
  return forwardTo(run, skb, hook, pool, real);
}

/** Real servers that packets reach in the same way need not all be followed once there are many. */
const followAll = 8;

function chooseReal(run: Run, skb: Skb, pool: Pool, usable: readonly RealServer[]): RealServer {
  const own = run.flow.from === "hairpin" ? usable.filter((s) => fieldKey(s.address) === fieldKey(skb.packet.src)) : [];
  const list = own.length > 0 ? own : usable.length <= followAll ? usable : oneOfEachWay(run, skb, usable);
  return run.choose(
    `ipvs:${pool.name}:${skb.packet.proto}`,
    "kernel-draws",
    words(`Which real server does IPVS choose for ${pool.name}?`, `IPVS 为 ${pool.name} 选哪个真实服务器？`),
    list.map((value) => ({
      says: words(endpointText(value.address, value.port), endpointText(value.address, value.port)),
      value,
    })),
  );
}

function oneOfEachWay(run: Run, skb: Skb, usable: readonly RealServer[]): RealServer[] {
  const ways = new Map<string, RealServer>();
  for (const server of usable) {
    const route = lookUp(run, { family: skb.packet.family, dst: server.address, mark: 0 });
    const way = `${route.type} ${fieldKey(route.dev)} ${route.via === undefined ? "" : fieldKey(route.via)} ${server.forwarding}`;
    if (!ways.has(way)) ways.set(way, server);
  }
  return [...ways.values()];
}

function forwardTo(run: Run, skb: Skb, hook: Hook, pool: Pool, real: RealServer): IpvsVerdict {
  const before = skb.packet;
  if (real.forwarding !== "masq" && real.forwarding !== "local")
    return {
      kind: "ended",
      ending: run.stop(
        "undecidable",
        "ipvs-forwarding",
        words(
          `Real server ${real.address} is reached by ${real.forwarding}, which is not modelled.`,
          `真实服务器 ${real.address} 使用 ${real.forwarding} 转发，尚未建模。`,
        ),
        before,
      ),
    };
  const local = lookUp(run, { family: before.family, dst: real.address, mark: 0 }).type === "local";
  // crosses_local_route_boundary (net/netfilter/ipvs/ip_vs_xmit.c)
  if (!local && isLoopback(before.src))
    return {
      kind: "ended",
      ending: run.stop(
        "dropped",
        "loopback-source",
        words(
          `IPVS stops traffic from a loopback address to ${real.address}, which is not local.`,
          `IPVS 不允许回环地址发往非本机的 ${real.address}。`,
        ),
        before,
      ),
    };
  const port = real.port === 0 ? before.dport : real.port;
  run.ipvsConnections.push({
    proto: before.proto,
    client: before.src,
    clientPort: before.sport,
    virtual: before.dst,
    virtualPort: before.dport,
    real: real.address,
    realPort: port,
  });
  keepOrDropTracking(run, skb, real, port);
  const ttl = local || before.ttl === undefined ? {} : { ttl: before.ttl - 1 };
  skb.packet = { ...before, dst: real.address, dport: port, ...ttl };
  skb.ipvsDone = true;
  const name = endpointText(real.address, real.port);
  run.step(
    { kind: "ipvs", hook, what: "scheduled", virtual: pool.name, real: name, at: real.at },
    {
      packet: before,
      changes: changesBetween(before, skb.packet),
      says: words(`IPVS sends ${pool.name} to ${name}`, `IPVS 把 ${pool.name} 转到 ${name}`),
    },
  );
  return { kind: local ? "local" : "sent" };
}

/** ip_vs_nfct.c: with vs.conntrack=1 the entry's reply tuple follows, otherwise the packet leaves untracked. */
function keepOrDropTracking(run: Run, skb: Skb, real: RealServer, port: Skb["packet"]["dport"]): void {
  const sysctl = run.world.snapshot.sysctls.get("net.ipv4.vs.conntrack");
  const kept = sysctl
    ? sysctl.value.trim() !== "0"
    : run.assume("sysctl:net.ipv4.vs.conntrack", {
        answer: true,
        about: words("net.ipv4.vs.conntrack is 1.", "net.ipv4.vs.conntrack 为 1。"),
        because: words("kube-proxy sets it when it starts.", "kube-proxy 启动时会设置它。"),
        settledBy: "sysctl net.ipv4.vs.conntrack",
      });
  if (!kept) {
    skb.connection = null;
    skb.state = "UNTRACKED";
    return;
  }
  const connection = skb.connection;
  if (connection && !connection.confirmed && skb.side === "original")
    connection.reply = { ...connection.reply, src: real.address, sport: port };
}

/** ip_vs_out: a real server's answer gets the virtual server's address back. */
export function ipvsReply(run: Run, skb: Skb, hook: Hook): void {
  if (skb.ipvsDone) return;
  const { packet } = skb;
  const connection = run.ipvsConnections.find(
    (c) =>
      c.proto === packet.proto &&
      fieldKey(c.real) === fieldKey(packet.src) &&
      fieldKey(c.realPort) === fieldKey(packet.sport) &&
      fieldKey(c.client) === fieldKey(packet.dst) &&
      fieldKey(c.clientPort) === fieldKey(packet.dport),
  );
  if (!connection) return;
  skb.packet = { ...packet, src: connection.virtual, sport: connection.virtualPort };
  skb.ipvsDone = true;
  const virtual = endpointText(fieldKey(connection.virtual), fieldKey(connection.virtualPort));
  run.step(
    { kind: "ipvs", hook, what: "reply", virtual, real: endpointText(fieldKey(packet.src), fieldKey(packet.sport)) },
    {
      packet,
      changes: changesBetween(packet, skb.packet),
      says: words(`IPVS puts ${virtual} back as the source`, `IPVS 把源地址还原为 ${virtual}`),
    },
  );
}
