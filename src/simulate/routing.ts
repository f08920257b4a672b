import type { Span } from "../base/span.ts";
import { and, not, type Ternary, ternary } from "../base/ternary.ts";
import { type Words, words } from "../base/words.ts";
import { prefixLength } from "../model/net/cidr.ts";
import { type Family, familyOf } from "../model/net/ip.ts";
import {
  type Address,
  addressIn,
  fieldKey,
  type Interface,
  interfaceIs,
  inWords,
  isSymbolic,
  type Port,
  portIn,
} from "../model/net/symbolic.ts";
import type { Route, RouteType, RoutingRule } from "../model/routing/route.ts";
import { isLocal, isLoopback, linkNamed, localType } from "./addresses.ts";
import { holdersIn, routesOf, routesTo, rulesOf } from "./known-places.ts";
import type { Run } from "./run.ts";

/** What a look-up is asked with (struct flowi4). */
export interface RouteKey {
  readonly family: Family;
  readonly dst: Address;
  readonly src?: Address;
  readonly mark: number;
  readonly iif?: Interface;
  readonly oif?: Interface;
  /** Routes by other devices do not count (RT6_LOOKUP_F_IFACE); rules do not see it. */
  readonly onlyBy?: Interface;
  readonly proto?: string;
  readonly sport?: Port;
  readonly dport?: Port;
  readonly uid?: number;
  readonly tos?: number;
  /** Which next hop of several is taken does not count, so none is drawn. */
  readonly anyHop?: true;
}

/** What a look-up found, if not a way out. */
export function withoutWay({ type }: RouteResult, dst: Address): Words {
  const { en, "zh-CN": zh } = inWords(dst);
  switch (type) {
    case "prohibit":
      return words(`A route or routing rule prohibits ${en}.`, `路由或策略规则禁止访问 ${zh}（prohibit）。`);
    case "unreachable":
      return words(
        `A route or routing rule calls ${en} unreachable.`,
        `路由或策略规则标明 ${zh} 不可达（unreachable）。`,
      );
    case "blackhole":
      return words(
        `A route or routing rule discards what goes to ${en}.`,
        `路由或策略规则丢弃发往 ${zh} 的报文（blackhole）。`,
      );
    default:
      return words(`There is no route to ${en}.`, `没有到 ${zh} 的路由。`);
  }
}

export interface RouteResult {
  readonly type: RouteType | "none";
  readonly dev: Interface;
  /** Devices of all its next hops, where there are several. */
  readonly devs?: readonly string[];
  /** Gateway, or undefined when the destination is on the link. */
  readonly via?: Address;
  /** The route is to this one address. */
  readonly toHost?: boolean;
  /** Preferred source of the route. */
  readonly source?: Address;
  readonly table?: string;
  readonly at?: Span;
}

const defaultRules = (family: Family): readonly RoutingRule[] => {
  const at = { source: "", from: 0, to: 0 };
  const rule = (priority: number, table: string): RoutingRule => ({
    priority,
    negated: false,
    action: { kind: "lookup", table },
    at,
  });
  return family === 4
    ? [rule(0, "local"), rule(32766, "main"), rule(32767, "default")]
    : [rule(0, "local"), rule(32766, "main")];
};
const usualRules = { 4: defaultRules(4), 6: defaultRules(6) } as const;

/** The node's routing rules in the order in which they are asked; those that every node begins with, where no dump shows any. */
function rulesFor(run: Run, family: Family): readonly RoutingRule[] {
  const { list, coverage } = run.world.snapshot.rules;
  const known = coverage === "absent" ? [] : rulesOf(list, family);
  return known.length > 0 ? known : usualRules[family];
}

function ruleMatches(rule: RoutingRule, key: RouteKey): Ternary {
  const parts: Ternary[] = [];
  if (rule.unknown !== undefined) parts.push("unknown");
  if (rule.from) parts.push(key.src === undefined ? ternary(rule.from.mask === 0n) : addressIn(key.src, rule.from));
  if (rule.to) parts.push(addressIn(key.dst, rule.to));
  if (rule.fwmark) parts.push(ternary((key.mark & rule.fwmark.mask) >>> 0 === rule.fwmark.value >>> 0));
  if (rule.iif !== undefined) parts.push(interfaceIs(key.iif ?? "lo", rule.iif));
  if (rule.oif !== undefined) parts.push(key.oif === undefined ? "no" : interfaceIs(key.oif, rule.oif));
  if (rule.tos !== undefined) parts.push(ternary((key.tos ?? 0) === rule.tos));
  if (rule.ipproto !== undefined) parts.push(ternary(key.proto === rule.ipproto));
  if (rule.sport) parts.push(key.sport === undefined ? "no" : portIn(key.sport, rule.sport[0], rule.sport[1]));
  if (rule.dport) parts.push(key.dport === undefined ? "no" : portIn(key.dport, rule.dport[0], rule.dport[1]));
  if (rule.uidrange)
    parts.push(
      key.uid === undefined
        ? key.iif
          ? ternary(rule.uidrange[0] === 0) // ip_route_input_slow: sock_net_uid() without a socket is root
          : "unknown"
        : ternary(key.uid >= rule.uidrange[0] && key.uid <= rule.uidrange[1]),
    );
  const all = parts.reduce(and, "yes");
  return rule.negated ? not(all) : all;
}

/** fib_rules_lookup and fib_table_lookup: policy routing, then the longest prefix of the table it names. */
export function lookUp(run: Run, key: RouteKey): RouteResult {
  const list = rulesFor(run, key.family);
  for (let i = 0; i < list.length; i++) {
    const rule = list[i];
    if (!rule) continue;
    const matches = ruleMatches(rule, key);
    if (matches === "no") continue;
    if (
      matches === "unknown" &&
      !run.unknown(
        `ip-rule:${rule.priority}:${fieldKey(key.dst)}:${key.src === undefined ? "" : fieldKey(key.src)}:${key.mark}`,
        words(
          `Does the routing rule with priority ${rule.priority} apply?`,
          `优先级 ${rule.priority} 的策略路由规则是否命中？`,
        ),
      )
    )
      continue;
    if (rule.action.kind === "goto") {
      const target = rule.action.priority;
      // fib_rules_lookup: a rule whose target does not exist is passed over
      const next = list.findIndex((r) => r.priority === target);
      if (next > i) i = next - 1;
      continue;
    }
    if (rule.action.kind === "nop") continue;
    if (rule.action.kind !== "lookup") return { type: rule.action.kind, dev: null, at: rule.at };
    const found = lookUpTable(run, rule.action.table, key);
    if (!found || found.type === "throw") continue;
    const length = found.prefix;
    if (rule.suppressPrefixLength !== undefined && length <= rule.suppressPrefixLength) continue;
    return found.result;
  }
  return { type: "none", dev: null };
}

interface TableResult {
  readonly type: RouteType | "none";
  readonly prefix: number;
  readonly result: RouteResult;
}

function lookUpTable(run: Run, table: string, key: RouteKey): TableResult | undefined {
  const { routes } = run.world.snapshot;
  if (table === "local") return lookUpLocal(run, key);
  const coverage = routes.coverage.get(table) ?? (table === "default" ? "whole" : "absent");
  const list = isSymbolic(key.dst) ? routesOf(routes.list, table, key.family) : routesTo(routes.list, table, key.dst);
  for (const route of list) {
    if (route.tos !== undefined && route.tos !== 0 && route.tos !== (key.tos ?? 0)) continue;
    const inside = reaches(route, key);
    if (inside === "no") continue;
    if (
      inside === "unknown" &&
      !run.unknown(
        `route:${table}:${route.at.source}:${route.at.from}:${fieldKey(key.dst)}`,
        words("Which route does the address take?", "该地址走哪条路由？"),
      )
    )
      continue;
    const result = resultOf(run, route, key, table);
    if (result) return { type: route.type, prefix: prefixLength(route.to) ?? 0, result };
  }
  if (coverage === "whole") return undefined;
  if (table !== "main") {
    const gone = run.assume(`routes-unseen:${table}`, {
      answer: true,
      about: words(
        `Routing table ${table}, which was not pasted, decides nothing here.`,
        `未粘贴的路由表 ${table} 在此不起作用（推定）。`,
      ),
      because: words("Other tables hold few routes as a rule.", "其他路由表通常只有少量路由。"),
      settledBy: `ip route show table ${table}`,
    });
    if (gone) return undefined;
  }
  return { type: "unicast", prefix: 0, result: unknownRoute(run, key) };
}

/** No dump says how packets leave: some interface, some gateway. */
function unknownRoute(run: Run, key: RouteKey): RouteResult {
  const near = holdersIn(run.world.snapshot.links.list).subnets.find(
    ({ line, subnet }) => familyOf(line.address) === key.family && addressIn(key.dst, subnet) === "yes",
  );
  if (near) return { type: "unicast", dev: near.link.name, source: near.line.address, table: "main" };
  return {
    type: "unicast",
    dev: {
      symbol: "out-interface",
      says: words("an interface that the dumps do not name", "转储中没有给出名字的接口"),
      except: ["lo", "kube-ipvs0"],
    },
    via: {
      symbol: "next-hop",
      says: words("a gateway that the dumps do not name", "转储中没有给出的网关"),
      local: false,
    },
    table: "main",
  };
}

/** Does the route lead there, for a packet of this sender? What natlens does not model of it is unknown. */
function reaches(route: Route, key: RouteKey): Ternary {
  const to = addressIn(key.dst, route.to);
  const from = route.from === undefined ? "yes" : key.src === undefined ? "unknown" : addressIn(key.src, route.from);
  return and(and(to, from), route.unknown === undefined ? "yes" : "unknown");
}

function resultOf(run: Run, route: Route, key: RouteKey, table: string): RouteResult | undefined {
  const toHost = prefixLength(route.to) === (key.family === 4 ? 32 : 128);
  const base = { table, at: route.at, toHost, ...(route.source === undefined ? {} : { source: route.source }) };
  if (route.type !== "unicast" && route.type !== "local" && route.type !== "broadcast")
    return { type: route.type, dev: null, ...base };
  const alive = route.hops.filter(
    (hop) => !route.flags.includes("dead") && !hop.dead && !(hop.dev !== undefined && isDown(run, hop.dev)),
  );
  const by = key.oif ?? key.onlyBy;
  const usable = by === undefined ? alive : alive.filter((hop) => interfaceIs(by, hop.dev ?? "") !== "no");
  const [only] = usable;
  if (!only) return undefined;
  const devs = route.hops.length > 1 ? { devs: route.hops.flatMap((hop) => hop.dev ?? []) } : {};
  if (key.anyHop) return { type: route.type, dev: only.dev ?? null, ...devs, ...base };
  const hop = run.choose(
    // fib_multipath_hash: by source and destination, unless a sysctl says otherwise
    `multipath:${route.at.source}:${route.at.from}:${key.src === undefined ? "" : fieldKey(key.src)}>${fieldKey(key.dst)}`,
    "kernel-draws",
    words("Which next hop of the multipath route?", "走多路径路由的哪一跳？"),
    usable.map((value) => ({
      says: words(
        `via ${value.via ?? "link"} dev ${value.dev ?? "?"}`,
        `经 ${value.via ?? "直连"} dev ${value.dev ?? "?"}`,
      ),
      value,
    })),
  );
  return { type: route.type, dev: hop.dev ?? null, ...(hop.via === undefined ? {} : { via: hop.via }), ...base };
}

/** Routes by a device that is known to be down are not used; local addresses on it are (fib_add_ifaddr). */
function isDown(run: Run, dev: string): boolean {
  const link = linkNamed(run.world.snapshot, dev);
  return link !== undefined && link.up === false && link.flags.length > 0 && !link.flags.includes("UP");
}

function lookUpLocal(run: Run, key: RouteKey): TableResult | undefined {
  const found = localType(run, key.dst);
  if (key.onlyBy !== undefined && interfaceIs(key.onlyBy, "lo") === "no" && isLoopback(key.dst)) return undefined;
  const hit = (type: RouteType, route?: Route): TableResult => ({
    type,
    prefix: 32,
    result: {
      type,
      dev: type === "local" ? "lo" : (route?.hops[0]?.dev ?? null),
      table: "local",
      ...(route?.source === undefined ? {} : { source: route.source }),
      ...(route === undefined ? {} : { at: route.at }),
    },
  });
  if (found.type === "LOCAL") return hit("local", found.route);
  if (found.type === "BROADCAST") return hit("broadcast", found.route);
  if (found.type === "unknown") {
    const local = isLocal(run, key.dst);
    if (local === "yes") return hit("local");
    if (
      local === "unknown" &&
      !isSymbolic(key.dst) &&
      run.unknown(
        `local:${key.dst}`,
        words(`Is ${key.dst} an address of this node?`, `${key.dst} 是不是本节点的地址？`),
      )
    )
      return hit("local");
  }
  return undefined;
}
