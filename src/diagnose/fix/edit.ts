import type { IpSet } from "../../model/ipset/set.ts";
import type { VirtualServer } from "../../model/ipvs/virtual-server.ts";
import { hostCidr, sameCidr } from "../../model/net/cidr.ts";
import { bitsOf, type Family, familyOf, type Ip } from "../../model/net/ip.ts";
import type { TableName } from "../../model/netfilter/hook.ts";
import { type Rule, type RuleList, ruleList } from "../../model/netfilter/rule.ts";
import type { Chain, Policy, Table } from "../../model/netfilter/ruleset.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import type { Route, RoutingRule } from "../../model/routing/route.ts";

/** Changes of a node as values: each gives a new snapshot and leaves the old one as it is. */

const nowhere = { source: "model", from: 0, to: 1 } as const;

/** Another chain in place of one; made where it is not there. */
export function replaceChain(
  snapshot: NodeSnapshot,
  family: Family,
  table: TableName,
  name: string,
  change: (chain: Chain) => Chain,
): NodeSnapshot {
  const ruleset = snapshot.iptables.get(family);
  const old: Table = ruleset?.tables.get(table) ?? { name: table, chains: new Map(), state: "partial", at: nowhere };
  const chain: Chain = old.chains.get(name) ?? { name, declared: true, rules: ruleList([]) };
  const chains = new Map(old.chains).set(name, change(chain));
  const tables = new Map(ruleset?.tables ?? []).set(table, { ...old, chains });
  const next = ruleset ? { ...ruleset, tables } : { family, tables, complete: false };
  return { ...snapshot, iptables: new Map(snapshot.iptables).set(family, next) };
}

/** `index` is 0-based; the rules from there on move down and are numbered anew. */
export function insertRule(snapshot: NodeSnapshot, family: Family, rule: Rule, index: number): NodeSnapshot {
  return replaceChain(snapshot, family, rule.table as TableName, rule.chain, (chain) => {
    const place = Math.min(index, chain.rules.length);
    const rules: RuleList = {
      length: chain.rules.length + 1,
      at: (i) =>
        i < place
          ? chain.rules.at(i)
          : i === place
            ? { ...rule, number: place + 1 }
            : numbered(chain.rules.at(i - 1), i + 1),
    };
    return { ...chain, rules };
  });
}

export const appendRule = (snapshot: NodeSnapshot, family: Family, rule: Rule): NodeSnapshot =>
  insertRule(snapshot, family, rule, Number.MAX_SAFE_INTEGER);

/** Puts `rule` in place of `old`, or takes `old` away. */
export function replaceRule(snapshot: NodeSnapshot, family: Family, old: Rule, rule?: Rule): NodeSnapshot {
  return replaceChain(snapshot, family, old.table as TableName, old.chain, (chain) => {
    const place = old.number - 1;
    if (rule) {
      const rules: RuleList = {
        length: chain.rules.length,
        at: (i) => (i === place ? { ...rule, number: old.number } : chain.rules.at(i)),
      };
      return { ...chain, rules };
    }
    const rules: RuleList = {
      length: Math.max(0, chain.rules.length - 1),
      at: (i) => (i < place ? chain.rules.at(i) : numbered(chain.rules.at(i + 1), i + 1)),
    };
    return { ...chain, rules };
  });
}

const numbered = (rule: Rule | undefined, number: number): Rule | undefined => rule && { ...rule, number };

/** The set holds these elements too; made where it is not there. A set that was not pasted stays unknown otherwise. */
export function addToSet(
  snapshot: NodeSnapshot,
  name: string,
  type: string,
  family: Family,
  elements: readonly string[],
): NodeSnapshot {
  const old = snapshot.sets.byName.get(name);
  const have = new Set(Array.from(old?.entries ?? [], (e) => e.text));
  const entries = [
    ...(old?.entries ?? []),
    ...elements.filter((e) => !have.has(e)).map((text) => ({ text, nomatch: false, extensions: "", at: nowhere })),
  ];
  const set: IpSet = old ? { ...old, entries } : { name, type, family, options: "", entries, whole: true, at: nowhere };
  return { ...snapshot, sets: { ...snapshot.sets, byName: new Map(snapshot.sets.byName).set(name, set) } };
}

/** `ipset del`. */
export function removeFromSet(snapshot: NodeSnapshot, name: string, elements: ReadonlySet<string>): NodeSnapshot {
  const old = snapshot.sets.byName.get(name);
  if (!old) return snapshot;
  const set: IpSet = { ...old, entries: [...old.entries].filter((e) => !elements.has(e.text)) };
  return { ...snapshot, sets: { ...snapshot.sets, byName: new Map(snapshot.sets.byName).set(name, set) } };
}

/** A kernel setting as `sysctl -w` leaves it. */
export function setSysctl(snapshot: NodeSnapshot, key: string, value: string): NodeSnapshot {
  return { ...snapshot, sysctls: new Map(snapshot.sysctls).set(key, { value, at: nowhere }) };
}

/** `iptables -P CHAIN POLICY`. */
export const setPolicy = (
  snapshot: NodeSnapshot,
  family: Family,
  table: TableName,
  name: string,
  policy: Policy,
): NodeSnapshot => replaceChain(snapshot, family, table, name, (chain) => ({ ...chain, policy }));

/** `ip rule add`. */
export const addRoutingRule = (snapshot: NodeSnapshot, rule: Omit<RoutingRule, "at">): NodeSnapshot => ({
  ...snapshot,
  rules: { ...snapshot.rules, list: [...snapshot.rules.list, { ...rule, at: nowhere }] },
});

/** `ip route replace`: routes of table main. */
export const replaceRoutes = (
  snapshot: NodeSnapshot,
  routes: readonly Pick<Route, "to" | "hops" | "source">[],
): NodeSnapshot => ({
  ...snapshot,
  routes: {
    ...snapshot.routes,
    list: [
      ...snapshot.routes.list.filter((old) => old.table !== "main" || !routes.some((r) => sameCidr(r.to, old.to))),
      ...routes.map((r): Route => ({ ...r, type: "unicast", table: "main", metric: 0, flags: [], at: nowhere })),
    ],
  },
});

/** `ip addr add ADDRESS/32 dev DEVICE`, with the route to itself that the kernel adds. */
export function bindAddress(snapshot: NodeSnapshot, device: string, address: Ip): NodeSnapshot {
  const prefix = bitsOf(familyOf(address));
  const line = { address, prefix, scope: "global", secondary: false, label: device, at: nowhere };
  const { list } = snapshot.links;
  const known = list.some((link) => link.name === device);
  const links = known
    ? list.map((link) => (link.name === device ? { ...link, addresses: [...link.addresses, line] } : link))
    : [...list, { name: device, flags: ["BROADCAST", "NOARP"], addresses: [line], at: nowhere }];
  const route = {
    type: "local",
    to: hostCidr(address),
    table: "local",
    hops: [{ dev: device }],
    source: address,
    metric: 0,
    flags: [],
    at: nowhere,
  } as const;
  return {
    ...snapshot,
    links: { ...snapshot.links, list: links },
    routes: { ...snapshot.routes, list: [...snapshot.routes.list, route] },
  };
}

/** `ip addr del ADDRESS/32 dev DEVICE`, and the route to itself goes with it. */
export const unbindAddresses = (snapshot: NodeSnapshot, device: string, addresses: ReadonlySet<Ip>): NodeSnapshot => ({
  ...snapshot,
  links: {
    ...snapshot.links,
    list: snapshot.links.list.map((link) =>
      link.name === device ? { ...link, addresses: link.addresses.filter((a) => !addresses.has(a.address)) } : link,
    ),
  },
  routes: {
    ...snapshot.routes,
    list: snapshot.routes.list.filter(
      (r) =>
        r.table !== "local" ||
        !r.hops.some((h) => h.dev === device) ||
        ![...addresses].some((a) => sameCidr(r.to, hostCidr(a))),
    ),
  },
});

/** `ipvsadm -a`: these real servers, masquerading, with weight 1, of a virtual server that may not be there yet. */
export function addRealServers(
  snapshot: NodeSnapshot,
  at: Pick<VirtualServer, "proto" | "address" | "port">,
  reals: readonly { readonly address: Ip; readonly port: number }[],
): NodeSnapshot {
  const realServers = reals.map((r) => ({ ...r, forwarding: "masq", weight: 1, at: nowhere }) as const);
  const { servers } = snapshot.ipvs;
  const own = servers.find((s) => s.address === at.address && s.port === at.port && s.proto === at.proto);
  const { proto, address, port } = at;
  const server = own ?? { proto, address, port, scheduler: "rr", flags: [], at: nowhere };
  return {
    ...snapshot,
    ipvs: { ...snapshot.ipvs, servers: [...servers.filter((s) => s !== own), { ...server, realServers }] },
  };
}
