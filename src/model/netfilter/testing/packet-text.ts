import { assert } from "../../../base/assert.ts";
import type { Ternary } from "../../../base/ternary.ts";
import { verbatim } from "../../../base/words.ts";
import { parseCidr } from "../../net/cidr.ts";
import { type Family, type Ip, parseIp } from "../../net/ip.ts";
import type { CtState, Packet } from "../../net/packet.ts";
import type { Address, Interface, Port, Symbolic } from "../../net/symbolic.ts";
import { reversed, type Tuple } from "../../net/tuple.ts";
import type { Hook } from "../hook.ts";
import type { ConnectionView, MatchContext } from "../matches/match.ts";

const symbolic = (symbol: string): Symbolic => ({ symbol, says: verbatim(symbol) });

/** `10.0.0.1`, `?` (not known), `?10.0.0.0/8` (somewhere in there). */
function address(text: string): Address {
  if (!text.startsWith("?")) {
    const ip = parseIp(text);
    assert(ip, `${text} is no address`);
    return ip;
  }
  const within = parseCidr(text.slice(1));
  return { ...symbolic(text), ...(within && { within }) };
}
const port = (text: string): Port => (text === "?" ? symbolic("port") : Number(text));
const iface = (text: string): Interface => (text === "-" ? null : text === "?" ? symbolic("interface") : text);

/** `10.0.0.1:80`, `[fd00::1]:80`, or an address alone for protocols without ports. */
function endpoint(text: string): readonly [Address, Port] {
  const parts = /^\[([^\]]+)\](?::(\S+))?$/.exec(text) ?? /^([^:]+)(?::(\S+))?$/.exec(text);
  assert(parts?.[1], `${text} is no endpoint`);
  return [address(parts[1]), port(parts[2] ?? "0")];
}

const tupleOf = (proto: string, text: string): Tuple => {
  const [from = "", to = ""] = text.split(">");
  const [src, sport] = endpoint(from);
  const [dst, dport] = endpoint(to);
  return { proto, src, dst, sport, dport };
};

export interface Scene {
  readonly packet: Packet;
  readonly context: MatchContext;
  /** What the test wrote to `recent` lists, and what it asked: `set r1 10.0.0.1`, `random`. */
  readonly log: readonly string[];
}

/**
 * A packet and what surrounds it, in words:
 *   tcp 10.0.0.2:40000 > 172.30.0.41:80 mark 0xc000 in eth0 ct ESTABLISHED/reply status dnat local 10.0.0.1
 * Keys after the endpoints: fields of the packet (mark in out physin physout flags ttl tos length icmp uid gid mac) and of
 * its surroundings (hook, ct, status, connmark, orig, reply, local, set, reached, recent, ipvs, back).
 */
export function readScene(text: string): Scene {
  const [proto = "", from = "", arrow, to = "", ...rest] = text.split(/\s+/);
  assert(arrow === ">", `“${text}” is no packet`);
  const [src, sport] = endpoint(from);
  const [dst, dport] = endpoint(to);
  const given = new Map<string, string>();
  for (let i = 0; i < rest.length; i += 2) given.set(rest[i] ?? "", rest[i + 1] ?? "");
  const numeric = (key: string): number | undefined => (given.has(key) ? Number(given.get(key)) : undefined);
  const optional = <K extends string, V>(key: K, value: V | undefined): { readonly [k in K]?: V } =>
    value === undefined ? {} : ({ [key]: value } as { readonly [k in K]?: V });
  const ports = (key: string): Interface | undefined => (given.has(key) ? iface(given.get(key) ?? "") : undefined);
  const [icmpType, icmpCode] = given.get("icmp")?.split("/").map(Number) ?? [];
  const family: Family = from.startsWith("[") ? 6 : 4;
  const packet: Packet = {
    family,
    proto,
    src,
    dst,
    sport,
    dport,
    mark: numeric("mark") ?? 0,
    in: ports("in") ?? null,
    out: ports("out") ?? null,
    flags: given.get("flags") ?? (proto === "tcp" ? "S" : ""),
    ...optional("physin", ports("physin")),
    ...optional("physout", ports("physout")),
    ...optional("ttl", numeric("ttl")),
    ...optional("tos", numeric("tos")),
    ...optional("length", numeric("length")),
    ...optional("icmpType", icmpType),
    ...optional("icmpCode", icmpCode),
    ...optional("uid", numeric("uid")),
    ...optional("gid", numeric("gid")),
    ...optional("sourceMac", given.get("mac")),
  };
  return { packet, ...contextOf(packet, given) };
}

function connectionOf(packet: Packet, given: ReadonlyMap<string, string>): ConnectionView | null {
  const ct = given.get("ct");
  if (ct === undefined) return null;
  const [state = "NEW", direction] = ct.split("/");
  const status = given.get("status")?.split(",") ?? [];
  const own: Tuple = packet;
  const original = given.has("orig") ? tupleOf(packet.proto, given.get("orig") ?? "") : direction ? reversed(own) : own;
  return {
    state: state as CtState,
    original,
    reply: given.has("reply") ? tupleOf(packet.proto, given.get("reply") ?? "") : reversed(original),
    direction: direction ? "reply" : "original",
    seenReply: status.includes("seen-reply"),
    assured: status.includes("assured"),
    confirmed: status.includes("confirmed"),
    expected: status.includes("expected"),
    snat: status.includes("snat"),
    dnat: status.includes("dnat"),
    mark: Number(given.get("connmark") ?? 0),
  };
}

function contextOf(
  packet: Packet,
  given: ReadonlyMap<string, string>,
): { readonly context: MatchContext; readonly log: readonly string[] } {
  const log: string[] = [];
  const local = given.get("local")?.split(",") ?? [];
  const sets = new Map(
    given
      .get("set")
      ?.split(",")
      .map((pair) => pair.split("=") as [string, Ternary]),
  );
  const lists = new Set(given.get("recent")?.split(","));
  const [virtual, direction = "original"] = given.get("ipvs")?.split("/") ?? [];
  const [vaddr, vport] = virtual === undefined ? [] : endpoint(virtual);
  const context: MatchContext = {
    hook: (given.get("hook") ?? "PREROUTING") as Hook,
    connection: connectionOf(packet, given),
    addressType: (asked, type, on) => {
      log.push(`type ${type}${on ? ` on ${on}` : ""}`);
      if (typeof asked !== "string") return "unknown";
      return (type === "LOCAL") === local.includes(on ? `${asked}@${on}` : asked) &&
        (type === "LOCAL" || type === "UNICAST")
        ? "yes"
        : "no";
    },
    inSet: (name, dims) => {
      log.push(`set ${name} ${dims.join(",")}`);
      return sets.get(name) ?? "unknown";
    },
    random: () => {
      log.push("random");
      return "unknown";
    },
    assume: (_about, _because, _settledBy, preferred) => (preferred ? "yes" : "no"),
    recentHas: (list, asked) =>
      typeof asked === "string" ? (lists.has(`${list}=${asked}`) ? "yes" : "no") : "unknown",
    recentSet: (list, asked, present) => void log.push(`${present ? "add" : "remove"} ${list} ${String(asked)}`),
    wayBack: () => (given.get("back") ?? "unknown") as Ternary,
    timesReached: () => (given.has("reached") ? Number(given.get("reached")) : undefined),
    ...(vaddr !== undefined && {
      ipvs: {
        vaddr: vaddr as Ip,
        vport: Number(vport),
        proto: packet.proto,
        direction: direction as "original" | "reply",
        method: "MASQ",
      },
    }),
  };
  return { context, log };
}
