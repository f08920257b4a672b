import { words } from "../base/words.ts";
import { type Cidr, prefixMask } from "../model/net/cidr.ts";
import { bitsOf, familyOf, fromValue, type Ip, ipNumber, parseIp } from "../model/net/ip.ts";
import type { FieldChange, Packet } from "../model/net/packet.ts";
import { type Address, fieldKey, isSymbolic, type Port, sameField } from "../model/net/symbolic.ts";
import { reversed, type Tuple, tupleKey } from "../model/net/tuple.ts";
import type { Hook } from "../model/netfilter/hook.ts";
import type { Rule } from "../model/netfilter/rule.ts";
import type { NatRange, TargetEffect } from "../model/netfilter/targets/target.ts";
import { firstAddress, selectAddress4 } from "./addresses.ts";
import type { Connection, Skb } from "./conntrack.ts";
import { manipulate } from "./nat.ts";
import type { Run } from "./run.ts";
import { selectAddress6 } from "./source-address6.ts";
import type { RuleVerdict } from "./trace.ts";
import type { Halt } from "./walk-chain.ts";

type NatEffect = Extract<TargetEffect, { kind: "dnat" | "snat" | "masquerade" | "redirect" | "netmap" }>;
type Log = (verdict: RuleVerdict, changes?: readonly FieldChange[], before?: Packet) => void;

export const manipulationOf = (hook: Hook): "src" | "dst" =>
  hook === "PREROUTING" || hook === "OUTPUT" ? "dst" : "src";

/** A nat target: settles the connection's tuple for this manipulation (nf_nat_setup_info), then changes the packet. */
export function applyNat(run: Run, skb: Skb, hook: Hook, rule: Rule, effect: NatEffect, log: Log): Halt {
  const manipulation = manipulationOf(hook);
  log("ACCEPT");
  const connection = skb.connection;
  if (!connection) return null;
  const wanted = newEnd(run, skb, hook, effect);
  if (wanted === undefined)
    return run.stop(
      "dropped",
      "no-nat-address",
      words(
        `${rule.target?.name ?? "NAT"} finds no address to use and drops the packet.`,
        `${rule.target?.name ?? "NAT"} 找不到可用地址，丢弃了报文。`,
      ),
      skb.packet,
    );
  settle(connection, manipulation, wanted.address, wanted.port);
  manipulate(run, skb, hook, rule.target?.name ?? "NAT", rule.at);
  return null;
}

/** Writes the new end into the reply tuple; IPS_*_NAT is set only if something changed. */
function settle(connection: Connection, manipulation: "src" | "dst", address: Address, port: Port): void {
  const reply = connection.reply;
  const next: Tuple =
    manipulation === "dst" ? { ...reply, src: address, sport: port } : { ...reply, dst: address, dport: port };
  if (tupleKey(next) === tupleKey(reply)) return;
  connection.reply = next;
  if (manipulation === "dst") connection.dnat = true;
  else connection.snat = true;
}

function newEnd(run: Run, skb: Skb, hook: Hook, effect: NatEffect): { address: Address; port: Port } | undefined {
  const { packet } = skb;
  const dst = manipulationOf(hook) === "dst";
  const now = dst ? packet.dst : packet.src;
  const port = dst ? packet.dport : packet.sport;
  switch (effect.kind) {
    case "netmap":
      return { address: isSymbolic(now) ? now : mapInto(now, effect.to), port };
    case "redirect": {
      const address =
        hook === "OUTPUT"
          ? (parseIp(packet.family === 4 ? "127.0.0.1" : "::1") ?? now)
          : firstAddress(run, packet.in, packet.family);
      return address === undefined
        ? undefined
        : { address, port: choosePort(run, skb, effect.range, port, "dst", address) };
    }
    case "masquerade": {
      const address =
        packet.family === 6
          ? selectAddress6(run, packet.out, packet.dst)
          : selectAddress4(run, packet.out, skb.nextHop ?? packet.dst);
      return { address, port: choosePort(run, skb, effect.range, port, "src", address) };
    }
    default: {
      const address = chooseAddress(run, effect.range, now);
      return { address, port: choosePort(run, skb, effect.range, port, dst ? "dst" : "src", address) };
    }
  }
}

/** NETMAP keeps the host bits (net/netfilter/xt_NETMAP.c). */
function mapInto(address: Ip, to: Cidr): Ip {
  const all = prefixMask(to.family, bitsOf(to.family));
  return fromValue(familyOf(address), to.base | (ipNumber(address) & (to.mask ^ all)));
}

function chooseAddress(run: Run, range: NatRange, now: Address): Address {
  if (!range.addresses) return now;
  const [low, high] = range.addresses;
  if (low === high) return low;
  const first = ipNumber(low);
  const count = ipNumber(high) - first + 1n;
  if (count > 8n) return { symbol: `nat:${low}-${high}`, says: words(`one of ${low}-${high}`, `${low}-${high} 之一`) };
  const all = Array.from({ length: Number(count) }, (_, i) => fromValue(familyOf(low), first + BigInt(i)));
  return run.choose(
    `nat-address:${low}-${high}`,
    "kernel-draws",
    words(`Which address of ${low}-${high}?`, `选 ${low}-${high} 中哪个地址？`),
    all.map((value) => ({ says: words(value, value), value })),
  );
}

/** nf_nat_l4proto_unique_tuple: the port stays if it may, is free, and no option asks for a random one. */
function choosePort(run: Run, skb: Skb, range: NatRange, port: Port, end: "src" | "dst", address: Address): Port {
  if (!hasPorts(skb.packet.proto)) return port;
  const ports = range.ports;
  if (ports && ports[0] === ports[1]) return ports[0];
  const fits = !ports || (!isSymbolic(port) && port >= ports[0] && port <= ports[1]);
  if (end === "dst") {
    if (fits) return port;
    return {
      symbol: `dnat-port:${ports[0]}-${ports[1]}`,
      says: words(`a port of ${ports[0]}-${ports[1]}`, `${ports[0]}-${ports[1]} 中的某个端口`),
      range: ports,
    };
  }
  if (fits && !range.random && isFree(run, skb, address, port)) return port;
  const [low, high] = ports ?? portClass(port);
  return {
    symbol: `nat-port:${run.connections.length}`,
    says: words("a port that NAT chooses", "NAT 选定的端口"),
    range: [low, high],
  };
}

export const hasPorts = (proto: string): boolean => ["tcp", "udp", "sctp", "dccp", "udplite"].includes(proto);

const portClass = (port: Port): readonly [number, number] =>
  isSymbolic(port) || port >= 1024 ? [1024, 65535] : port < 512 ? [1, 511] : [600, 1023];

function isFree(run: Run, skb: Skb, address: Address, port: Port): boolean {
  const mine = skb.connection;
  const wanted = tupleKey(
    reversed({ proto: skb.packet.proto, src: address, sport: port, dst: skb.packet.dst, dport: skb.packet.dport }),
  );
  return !run.connections.some((c) => c !== mine && (tupleKey(c.reply) === wanted || tupleKey(c.original) === wanted));
}

export const sameAddress = (a: Address, b: Address): boolean =>
  sameField(a, b) === "yes" || fieldKey(a) === fieldKey(b);
