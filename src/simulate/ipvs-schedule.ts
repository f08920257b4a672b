import { words } from "../base/words.ts";
import type { MarkServer, RealServer, VirtualServer } from "../model/ipvs/virtual-server.ts";
import { cidrHas, cidrOf } from "../model/net/cidr.ts";
import { bitsOf, familyOf, type Ip, ipNumber, parseIp } from "../model/net/ip.ts";
import { type Address, fieldKey, isSymbolic } from "../model/net/symbolic.ts";
import type { Connection, Connections } from "../model/node/observation.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import type { Skb } from "./conntrack.ts";
import { endpointText } from "./flow.ts";
import { serversAt } from "./known-places.ts";
import { lookUp } from "./routing.ts";
import type { Run } from "./run.ts";

/** A virtual server that takes the packet. */
export interface Pool {
  readonly name: string;
  readonly server: VirtualServer | MarkServer;
}

/** ip_vs_service_find: by firewall mark first, then address and port, then port 0. */
export function poolFor(run: Run, skb: Skb): Pool | undefined {
  const { packet } = skb;
  const { ipvs } = run.world.snapshot;
  const byMark =
    packet.mark === 0
      ? undefined
      : ipvs.markServers.find((s) => s.fwmark === packet.mark && s.family === packet.family);
  if (byMark) return { server: byMark, name: `fwmark ${byMark.fwmark}` };
  if (isSymbolic(packet.dst) || isSymbolic(packet.dport)) return undefined;
  const here = serversAt(ipvs.servers, packet.proto, packet.dst);
  const server = here.find((s) => s.port === packet.dport) ?? here.find((s) => s.port === 0);
  return server && { server, name: endpointText(server.address, server.port) };
}

/** Some real server, or none for this packet: it is refused. */
export type Scheduled =
  | { readonly kind: "server"; readonly server: RealServer }
  | { readonly kind: "none"; readonly why: "no-usable" | "port-zero" | "drained"; readonly server?: RealServer };

/** Real servers that packets reach in the same way need not all be followed once there are many. */
const followAll = 8;

/** ip_vs_schedule and ip_vs_sched_persist, for the first packet of a connection. */
export function schedule(run: Run, skb: Skb, pool: Pool): Scheduled {
  const { server } = pool;
  if ("port" in server && server.port === 0 && server.persistence === undefined)
    return { kind: "none", why: "port-zero" };
  const held = templateFor(run.world.snapshot, server, skb.packet.proto, skb.packet.src);
  if (held) return { kind: "server", server: held };
  const usable = preferred(server);
  const refusing = holdsSlots(server) ? server.realServers.filter((s) => s.weight === 0) : [];
  if (usable.length === 0) return { kind: "none", why: "no-usable" };
  const own = run.flow.from === "hairpin" ? usable.filter((s) => fieldKey(s.address) === fieldKey(skb.packet.src)) : [];
  const list = own.length > 0 ? own : usable.length <= followAll ? usable : oneOfEachWay(run, usable);
  const options: Scheduled[] = [
    ...list.map((s) => ({ kind: "server", server: s }) as const),
    ...refusing.slice(0, 1).map((s) => ({ kind: "none", why: "drained", server: s }) as const),
  ];
  return run.choose(
    `ipvs:${pool.name}:${skb.packet.proto}`,
    "kernel-draws",
    words(`Which real server does IPVS choose for ${pool.name}?`, `IPVS 为 ${pool.name} 选哪个真实服务器？`),
    options.map((value) => {
      const name = value.server ? endpointText(value.server.address, value.server.port) : "";
      const drained = value.kind === "none";
      return { says: words(`${name}${drained ? ", drained" : ""}`, `${name}${drained ? "（已排空）" : ""}`), value };
    }),
  );
}

/** Who may get new connections: weight above 0; with `fo`, those of the highest weight (ip_vs_fo.c). */
function preferred({ scheduler, realServers }: Pool["server"]): readonly RealServer[] {
  const usable = realServers.filter((s) => s.weight > 0);
  if (scheduler !== "fo") return usable;
  const most = Math.max(...usable.map((s) => s.weight));
  return usable.filter((s) => s.weight === most);
}

/**
 * A drained server keeps its places in the tables of sh and mh, and of dh: what falls on them gets no server, unless the
 * scheduler may fall back (ip_vs_sh.c, ip_vs_mh.c, ip_vs_dh.c). Of mh only one that had a weight before does (seen on Linux
 * 6.1), which no dump says.
 */
const holdsSlots = ({ scheduler, flags }: Pool["server"]): boolean =>
  scheduler === "dh" ||
  ((scheduler === "sh" || scheduler === "mh") && !flags.some((f) => f === `${scheduler}-fallback` || f === "flag-1"));

/** The real server that a persistence template binds the client to, where connections were pasted (ip_vs_ct_in_get). */
function templateFor(
  snapshot: NodeSnapshot,
  server: Pool["server"],
  proto: string,
  client: Address,
): RealServer | undefined {
  if (server.persistence === undefined || isSymbolic(client)) return undefined;
  const bits = maskBits(server.mask, client);
  for (const { original, reply } of templatesOf(snapshot.connections, server, proto)) {
    if (familyOf(original.src) !== familyOf(client) || !cidrHas(cidrOf(original.src, bits), client)) continue;
    const real = server.realServers.find((s) => s.address === reply.src && [s.port, 0].includes(reply.sport));
    // ip_vs_check_template: kube-proxy sets expire_quiescent_template, and a drained server's templates are void
    const quiescent = snapshot.sysctls.get("net.ipv4.vs.expire_quiescent_template")?.value.trim() === "1";
    if (real && (real.weight > 0 || !quiescent)) return real;
  }
  return undefined;
}

/** Templates of one dump of connections, picked out once: there may be very many connections. */
const templates = new WeakMap<Connections, readonly Connection[]>();

/** Templates have client port 0; those of a firewall mark bear it in place of the virtual address. */
function templatesOf(lists: readonly Connections[], server: Pool["server"], proto: string): Connection[] {
  const meets = ({ proto: of, original: { dst, dport } }: Connection): boolean =>
    "fwmark" in server
      ? of === "ip" && ipNumber(dst) === BigInt(server.fwmark)
      : of === proto && dst === server.address && dport === server.port;
  return lists.flatMap((list) => {
    if (list.at(0)?.by !== "ipvs") return [];
    const all = templates.get(list) ?? Array.from(list).filter((c) => c.original.sport === 0);
    templates.set(list, all);
    return all.filter(meets);
  });
}

function maskBits(mask: string | undefined, client: Ip): number {
  if (mask === undefined) return bitsOf(familyOf(client));
  const address = parseIp(mask);
  if (address === undefined) return Number(mask);
  return ipNumber(address).toString(2).replaceAll("0", "").length;
}

function oneOfEachWay(run: Run, usable: readonly RealServer[]): RealServer[] {
  const ways = new Map<string, RealServer>();
  for (const server of usable) {
    const route = lookUp(run, { family: familyOf(server.address), dst: server.address, mark: 0 });
    const way = `${route.type} ${fieldKey(route.dev)} ${route.via === undefined ? "" : fieldKey(route.via)} ${server.forwarding}`;
    if (!ways.has(way)) ways.set(way, server);
  }
  return [...ways.values()];
}

/** How a virtual server chooses, apart from whom: for telling which flows must end alike. */
export function schedulingText(snapshot: NodeSnapshot, server: VirtualServer): string {
  const { scheduler, flags, persistence, mask } = server;
  const bound = persistence === undefined ? [] : templatesOf(snapshot.connections, server, server.proto);
  const clients = bound.map(({ original, reply }) => `${original.src} ${reply.src} ${reply.sport}`);
  return [scheduler, ...flags, persistence !== undefined, mask, ...clients].join(" ");
}
