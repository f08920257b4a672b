import { type Cidr, cidrsOfRange, parseCidr, prefixLength } from "../net/cidr.ts";
import { icmpByName } from "../net/icmp.ts";
import { bitsOf, type Family, familyOf, fromValue, ipNumber, parseIp } from "../net/ip.ts";
import { protocolName } from "../net/protocol.ts";
import type { DimensionKind, EntryValue } from "./dimension.ts";

/** A set's own mask (`netmask`, `bitmask`): every address of an entry stands for all that agree with it there. */
export interface ElementShape {
  readonly kinds: readonly DimensionKind[];
  readonly family: Family;
  readonly mask?: bigint;
}

/** What one element of user input stands for at most (`10.0.0.0/16` in hash:ip, `0-65535` in bitmap:port). */
const mostRows = 65536;

/**
 * An element as `ipset save` prints it, or as `ipset add` takes it, where ranges stand for many entries (ipset's
 * lib/parse.c). Undefined: not understood.
 */
export function readElement(
  text: string,
  extensions: string,
  { kinds, family, mask }: ElementShape,
): readonly (readonly EntryValue[])[] | undefined {
  const parts = text.split(",");
  // bitmap:ip,mac prints an element that has seen no MAC yet by its address
  if (parts.length !== kinds.length && !(kinds.join() === "ip,mac" && parts.length === 1)) return undefined;
  let rows: EntryValue[][] = [[]];
  for (const [i, kind] of kinds.entries()) {
    const part = parts[i];
    const wild = kind === "iface" && /\bwildcard\b/.test(extensions) ? `${part}+` : part;
    const values = wild === undefined ? [{ kind: "mac", is: undefined } as const] : readPart(kind, wild, family, mask);
    if (!values || values.length * rows.length > mostRows) return undefined;
    rows =
      values.length === 1 ? rows.map((row) => [...row, ...values]) : rows.flatMap((r) => values.map((v) => [...r, v]));
  }
  return rows;
}

function readPart(kind: DimensionKind, text: string, family: Family, mask?: bigint): readonly EntryValue[] | undefined {
  switch (kind) {
    case "ip":
    case "net":
      return readAddress(kind, text, family, mask);
    case "port":
      return readPort(text, family);
    case "number": {
      const range = numberRange(text.replace(/^(?:tcp|udp|sctp|udplite):/, ""));
      return range && numbers(range).map((port) => ({ kind, port }));
    }
    case "iface": {
      const physdev = text.startsWith("physdev:");
      const pattern = physdev ? text.slice("physdev:".length) : text;
      return pattern === "" ? undefined : [{ kind, pattern, physdev }];
    }
    case "mark":
      return /^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text) ? [{ kind, is: Number(text) >>> 0 }] : undefined;
    case "mac": {
      const is = text.toLowerCase();
      return /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(is) ? [{ kind, is }] : undefined;
    }
  }
}

/** `192.0.2.1`, `192.0.2.0/24`, `192.0.2.1-192.0.2.9`; a prefix in a set of addresses stands for each of them. */
function readAddress(kind: "ip" | "net", text: string, family: Family, mask?: bigint): EntryValue[] | undefined {
  const dash = text.indexOf("-");
  let cidrs: readonly Cidr[];
  if (dash === -1) {
    const cidr = parseCidr(text);
    if (cidr?.family !== family || prefixLength(cidr) === undefined) return undefined;
    cidrs = [cidr];
  } else {
    const low = parseIp(text.slice(0, dash));
    const high = parseIp(text.slice(dash + 1));
    if (low === undefined || high === undefined || familyOf(low) !== family || familyOf(high) !== family)
      return undefined;
    cidrs = cidrsOfRange(family, ipNumber(low), ipNumber(high));
    if (cidrs.length === 0) return undefined;
  }
  return cidrs.map((is): EntryValue => {
    if (mask !== undefined)
      return { kind: "net", is: { family, base: is.base & mask & is.mask, mask: mask & is.mask } };
    const length = prefixLength(is);
    if (kind === "ip" && length === bitsOf(family)) return { kind, is: parseIp(text) ?? fromValue(family, is.base) };
    return { kind: "net", is };
  });
}

/** `tcp:443`, `443` (tcp), `tcp:80-90`, `icmp:echo-request`, `icmp:200/1`, `gre:0`. */
function readPort(text: string, family: Family): EntryValue[] | undefined {
  const colon = text.indexOf(":");
  const proto = protocolName(colon === -1 ? "tcp" : text.slice(0, colon));
  const rest = text.slice(colon + 1);
  if (proto === undefined) return undefined;
  if (proto === "icmp" || proto === "ipv6-icmp") {
    const codes = /^(\d{1,3})\/(\d{1,3})$/.exec(rest);
    if (codes) return [{ kind: "port", proto, port: Number(codes[1]) * 256 + Number(codes[2]) }];
    const named = icmpByName(rest, family);
    return named && [{ kind: "port", proto, port: named.type * 256 + named.codes[0] }];
  }
  const range = numberRange(rest);
  return range && numbers(range).map((port) => ({ kind: "port", proto, port }));
}

function numberRange(text: string): readonly [number, number] | undefined {
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const [low, high] = [Number(from), Number(to)].sort((a, b) => a - b);
  return from === undefined || low === undefined || high === undefined || high > 65535 ? undefined : [low, high];
}

const numbers = ([low, high]: readonly [number, number]): number[] =>
  Array.from({ length: high - low + 1 }, (_, i) => low + i);
