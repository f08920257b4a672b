import { type Cidr, cidrOf, parseCidr } from "../../model/net/cidr.ts";
import { type Ip, parseIp } from "../../model/net/ip.ts";
import type { NextHop, Route, RouteType } from "../../model/routing/route.ts";

/** In the order of their numbers (linux/rtnetlink.h), which `ip -N` prints. */
const types: readonly RouteType[] = [
  "unicast",
  "local",
  "broadcast",
  "anycast",
  "multicast",
  "blackhole",
  "unreachable",
  "prohibit",
  "throw",
  "nat",
];
const tables: Readonly<Record<string, string>> = { "253": "default", "254": "main", "255": "local" };
const scopes: Readonly<Record<string, string>> = { "0": "global", "200": "site", "253": "link", "254": "host" };
export const tableName = (text: string): string => tables[text] ?? text;

/** Keys with a value, and flags, of iproute2 6.1 ip/iproute.c print_route. */
const keys = new Set(
  (
    "via dev table proto scope src from tos dsfield metric priority mtu advmss initcwnd initrwnd rto_min rtt rttvar realm realms nhid " +
    "expires error pref preference weight uid hoplimit congctl features quickack window cwnd ssthresh reordering fastopen_no_cookie " +
    "iif mark ipid users age ttl-propagate"
  ).split(" "),
);
const flagWords = new Set(
  "onlink linkdown dead pervasive offload trap notify unresolved rt_offload rt_trap rt_offload_failed offload_failed".split(
    " ",
  ),
);
const typeOf = (word: string): RouteType | undefined =>
  types.find((type, i) => type === word || String(i + 1) === word);

interface Options {
  readonly values: ReadonlyMap<string, string>;
  readonly flags: readonly string[];
  /** Words that no iproute2 explains. */
  readonly strange: readonly string[];
  /** `encap mpls 100`: understood, and not modelled. */
  readonly wrapped?: string;
}

function optionsOf(list: readonly string[]): Options {
  const values = new Map<string, string>();
  const flags: string[] = [];
  const strange: string[] = [];
  let wrapped: string | undefined;
  for (let i = 0; i < list.length; i++) {
    const word = list[i] ?? "";
    if (flagWords.has(word)) flags.push(word);
    else if (word === "encap") {
      // encap ip id 5 src 10.0.0.1 dst 10.0.0.2 ttl 0 tos 0 via …: its own words go up to the next hop's
      const from = i;
      while (i + 1 < list.length && !/^(?:via|dev|metric|proto|table|scope|nexthop)$/.test(list[i + 1] ?? "")) i++;
      wrapped = list.slice(from, i + 1).join(" ");
    } else if (keys.has(word)) {
      let value = list[++i] ?? "";
      if (word === "via" && (value === "inet6" || value === "inet")) value = list[++i] ?? "";
      if (value === "lock") value = list[++i] ?? "";
      values.set(word, value);
    } else strange.push(word);
  }
  return { values, flags, strange, ...(wrapped === undefined ? {} : { wrapped }) };
}

/** undefined: its gateway cannot be read. */
function hopOf({ values, flags }: Options): NextHop | undefined {
  const gateway = values.get("via");
  const via = gateway === undefined ? undefined : parseIp(gateway);
  const dev = values.get("dev");
  const weight = values.get("weight");
  if (gateway !== undefined && via === undefined) return undefined;
  return {
    ...(via === undefined ? {} : { via }),
    ...(dev === undefined ? {} : { dev }),
    ...(weight === undefined ? {} : { weight: Number(weight) }),
    ...(flags.includes("onlink") ? { onlink: true } : {}),
    ...(flags.includes("dead") ? { dead: true } : {}),
  };
}

export interface RouteLine<T> {
  readonly value: T;
  readonly strange: readonly string[];
}

/** `⇥nexthop via 198.51.100.1 dev eth0 weight 2`. */
export function hopLine(text: string): RouteLine<NextHop> | undefined {
  const options = optionsOf(text.trim().split(/\s+/).slice(1));
  const value = hopOf(options);
  return value && { value, strange: options.strange };
}

/** One route, its hops on lines of their own left out. Undefined: it cannot be read. */
export function routeLine(text: string, table: string, at: Route["at"]): RouteLine<Route> | undefined {
  const list = text.trim().split(/\s+/);
  const type = list.length > 1 ? typeOf(list[0] ?? "") : undefined;
  if (type) list.shift();
  const target = list.shift() ?? "";
  const options = optionsOf(list);
  const wide = list.includes("pref") || /(?:^|\s)(?:via|src|from) \S*:/.test(text) || text.includes("::");
  const to = targetOf(target, wide);
  const { values, flags, strange, wrapped } = options;
  const hasHop = values.has("dev") || values.has("via");
  const hop = hopOf(options);
  const sender = values.get("from");
  const from = sender === undefined || sender === "::" || sender === "all" ? undefined : parseCidr(sender);
  if (!to || !hop || (sender !== undefined && !from && parseIp(sender) === undefined && sender !== "all"))
    return undefined;
  const source = parseIp(values.get("src") ?? "");
  const scope = values.get("scope");
  const proto = values.get("proto");
  const tos = values.get("tos") ?? values.get("dsfield");
  return {
    value: {
      type: type ?? "unicast",
      to,
      table: tableName(values.get("table") ?? table),
      hops: hasHop ? [hop] : [],
      ...(source === undefined ? {} : { source }),
      ...(scope === undefined ? {} : { scope: scopes[scope] ?? scope }),
      ...(proto === undefined ? {} : { proto }),
      metric: Number(values.get("metric") ?? values.get("priority") ?? 0),
      ...(tos === undefined ? {} : { tos: Number(tos) }),
      flags: [...flags, ...strange],
      ...(from === undefined ? {} : { from }),
      ...(wrapped === undefined ? {} : { unknown: wrapped }),
      at,
    },
    strange,
  };
}

function targetOf(text: string, wide: boolean): Cidr | undefined {
  if (text !== "default") return parseCidr(text, true);
  return cidrOf(parseIp(wide ? "::" : "0.0.0.0") as Ip, 0);
}
