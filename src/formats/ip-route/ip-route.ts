import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import { cidrOf, parseCidr } from "../../model/net/cidr.ts";
import { type Ip, parseIp } from "../../model/net/ip.ts";
import type { NextHop, Route, RouteType } from "../../model/routing/route.ts";
import type { Format, Lines } from "../format.ts";

/**
 * `ip route`, `ip route show table all` (iproute2 6.1):
 *   default via 198.51.100.1 dev eth0 proto dhcp src 198.51.100.7 metric 100
 *   local 192.0.2.1 dev kube-ipvs0 table local proto kernel scope host src 192.0.2.1
 *   203.0.113.0/24 proto 17
 *   ⇥nexthop via 198.51.100.1 dev eth0 weight 2
 */
const types: readonly string[] = [
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
const typed =
  /^(?:unicast|local|broadcast|anycast|multicast|blackhole|unreachable|prohibit|throw|nat) (?:default|[0-9a-fA-F.:]+(?:\/\d+)?)(?: |$)/;
const plain =
  /^(?:default|[0-9a-fA-F.:]+(?:\/\d+)?) +(?:via|dev|proto|scope|table|metric|nhid|encap|src|from|tos|mtu|advmss|realm) /;
/** The target alone: the hops of several stand on lines of their own. */
const bare = /^(?:default|[0-9.]+\/\d+|[0-9a-f]*:[0-9a-f:]*\/\d+)\s*$/;
// ip neigh: 198.51.100.1 dev eth0 lladdr 02:00:00:00:00:01 REACHABLE
const neighbour = / lladdr | (?:REACHABLE|STALE|DELAY|PROBE|FAILED|INCOMPLETE|PERMANENT|NOARP)\s*$/;
const cache = /^\s+cache/;
const hop = /^\s+nexthop /;
const flagWords = new Set([
  "onlink",
  "linkdown",
  "dead",
  "pervasive",
  "offload",
  "trap",
  "notify",
  "unresolved",
  "rt_offload",
]);
const keys = new Set([
  "via",
  "dev",
  "table",
  "proto",
  "scope",
  "src",
  "from",
  "tos",
  "metric",
  "mtu",
  "advmss",
  "initcwnd",
  "initrwnd",
  "rto_min",
  "realm",
  "realms",
  "nhid",
  "encap",
  "expires",
  "error",
  "pref",
  "weight",
  "uid",
  "hoplimit",
  "rtt",
  "congctl",
  "features",
  "quickack",
  "window",
  "cwnd",
  "ssthresh",
]);

export const ipRoute: Format = {
  id: "ip-route",
  title: words("ip route", "ip route"),
  sniff(line, inside) {
    if (!neighbour.test(line) && (plain.test(`${line} `) || typed.test(line))) return "strong";
    if (bare.test(line)) return inside || line.endsWith(" ") ? "weak" : undefined;
    return inside && (hop.test(line) || cache.test(line)) ? "weak" : undefined;
  },
  printedBy: (command) =>
    command[0] === "ip" && /^(?:r|ro|route)$/.test(command.find((w, i) => i > 0 && !w.startsWith("-")) ?? ""),
  parse({ lines, command, cut }) {
    const diagnostics: Diagnostic[] = [];
    const routes: Route[] = [];
    const answer = command?.words.includes("get") ?? false;
    const asked = tableOf(command?.words ?? []);
    let sawTable = false;
    let bad = false;
    for (let i = 0; i < lines.length; i++) {
      const text = lines.text(i);
      if (text.trim() === "" || /^\s+cache/.test(text)) continue;
      if (hop.test(text)) {
        const last = routes.pop();
        if (last) routes.push({ ...last, hops: [...last.hops, hopOf(optionsOf(text.trim().split(/\s+/).slice(1)))] });
        continue;
      }
      const route = routeOf(lines, i, asked && asked !== "all" ? asked : "main");
      if (!route) {
        bad = true;
        diagnostics.push({
          code: "ip-route/not-understood",
          severity: "error",
          at: lines.span(i),
          message: words("This route cannot be read.", "这条路由无法读懂。"),
        });
        continue;
      }
      if (/ table /.test(text)) sawTable = true;
      if (answer || /^\s+cache/.test(lines.text(i + 1 < lines.length ? i + 1 : i)))
        diagnostics.push({
          code: "ip-route/one-answer",
          severity: "info",
          at: lines.span(i),
          message: words(
            "This is the answer of ip route get, not a routing table.",
            "这是 ip route get 的回答，不是路由表。",
          ),
        });
      else routes.push(route);
    }
    const lost = routes.filter((r) => r.type === "unicast" && r.hops.length === 0);
    for (const route of lost)
      diagnostics.push({
        code: "ip-route/no-hop",
        severity: "error",
        at: route.at,
        message: words("This route has neither a device nor a gateway.", "该路由既没有设备，也没有网关。"),
      });
    const kept = lost.length > 0 ? routes.filter((r) => !lost.includes(r)) : routes;
    // IPv6 alone says nothing of the IPv4 routes of a table
    const wide = routes.length > 0 && routes.every((r) => r.to.family === 6);
    const whole =
      !cut && !command?.filtered && !answer && !bad && lost.length === 0 && !wide && !isNarrowed(command?.words ?? []);
    const all = asked === "all" || sawTable;
    const tables = !whole
      ? []
      : all
        ? [...new Set(["main", "local", "default", ...routes.map((r) => r.table)])]
        : [asked ?? "main"];
    return {
      value: {
        contributions: [{ kind: "routes", tables, routes: kept }],
        coverage: whole ? "whole" : "partial",
        counts: [{ n: kept.length, of: words("routes", "条路由") }],
      },
      diagnostics,
    };
  },
};

/** `ip route show dev eth0`, `ip route list 192.0.2.0/24`: not all routes of the table. */
function isNarrowed(command: readonly string[]): boolean {
  const at = command.findIndex((w) => /^(?:r|ro|route)$/.test(w));
  const rest = at === -1 ? [] : command.slice(at + 1);
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] ?? "";
    if (word === "table" || word === "t") i++;
    else if (!/^(?:s|sh|show|l|ls|lst|list|-.*)$/.test(word)) return true;
  }
  return command.slice(0, at).includes("-6");
}

function tableOf(command: readonly string[]): string | undefined {
  const at = command.findIndex((w) => w === "table" || w === "t");
  return at === -1 ? undefined : command[at + 1];
}

type Options = { readonly values: ReadonlyMap<string, string>; readonly flags: readonly string[] };

function optionsOf(list: readonly string[]): Options {
  const values = new Map<string, string>();
  const flags: string[] = [];
  for (let i = 0; i < list.length; i++) {
    const word = list[i] ?? "";
    if (flagWords.has(word)) flags.push(word);
    else if (keys.has(word)) {
      let value = list[++i] ?? "";
      if (word === "via" && (value === "inet6" || value === "inet")) value = list[++i] ?? "";
      if (word === "mtu" && value === "lock") value = list[++i] ?? "";
      values.set(word, value);
    } else flags.push(word);
  }
  return { values, flags };
}

function hopOf({ values, flags }: Options): NextHop {
  const via = parseIp(values.get("via") ?? "");
  const dev = values.get("dev");
  const weight = values.get("weight");
  return {
    ...(via === undefined ? {} : { via }),
    ...(dev === undefined ? {} : { dev }),
    ...(weight === undefined ? {} : { weight: Number(weight) }),
    ...(flags.includes("onlink") ? { onlink: true } : {}),
  };
}

function routeOf(lines: Lines, i: number, table: string): Route | undefined {
  const list = lines.text(i).trim().split(/\s+/);
  const type = types.includes(list[0] ?? "") ? (list.shift() as RouteType) : "unicast";
  const target = list.shift() ?? "";
  const options = optionsOf(list);
  const wide = list.includes("pref") || lines.text(i).includes("::");
  const any = parseIp(wide ? "::" : "0.0.0.0") as Ip;
  const to = target === "default" ? cidrOf(any, 0) : parseCidr(target, true);
  if (!to) return undefined;
  const { values, flags } = options;
  const source = parseIp(values.get("src") ?? "");
  const scope = values.get("scope");
  const proto = values.get("proto");
  const tos = values.get("tos");
  const hasHop = values.has("dev") || values.has("via");
  return {
    type,
    to,
    table: values.get("table") ?? table,
    hops: hasHop ? [hopOf(options)] : [],
    ...(source === undefined ? {} : { source }),
    ...(scope === undefined ? {} : { scope }),
    ...(proto === undefined ? {} : { proto }),
    metric: Number(values.get("metric") ?? 0),
    ...(tos === undefined ? {} : { tos: Number(tos) }),
    flags,
    at: lines.span(i),
  };
}
