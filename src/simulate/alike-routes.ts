import { cidrHas } from "../model/net/cidr.ts";
import { familyOf, type Ip } from "../model/net/ip.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import type { Route, RoutingRule } from "../model/routing/route.ts";
import { routesTo } from "./known-places.ts";

/** Tables that every packet comes to unless a routing rule says otherwise: the look-up of a packet of the node shows them. */
const usual: ReadonlySet<string> = new Set(["local", "main", "default"]);

/** What policy routing may make of an address, whoever sends. Most nodes have nothing of it. */
export interface Policy {
  readonly tables: readonly string[];
  /** Rules that look at addresses or ports. */
  readonly rules: readonly RoutingRule[];
  readonly routes: readonly Route[];
}

export const policyOf = ({ routes, rules }: NodeSnapshot): Policy => ({
  tables: [...new Set(routes.list.map((route) => route.table))].filter((table) => !usual.has(table)),
  rules: rules.list.filter((r) => r.from ?? r.to ?? r.ipproto ?? r.sport ?? r.dport),
  routes: routes.list,
});

interface Destination {
  readonly address: Ip;
  readonly port: number;
  readonly proto: string;
}

/** An address's route in each of these tables, and what each of these rules answers. */
export function policyText({ tables, rules, routes }: Policy, to: Destination): string {
  const parts = tables.map((table) => {
    for (const route of routesTo(routes, table, to.address))
      if (cidrHas(route.to, to.address)) return `${table} ${route.at.source}:${route.at.from}`;
    return "";
  });
  return [...parts, ...rules.map((rule) => answers(rule, to))].join(";");
}

function answers(rule: RoutingRule, { address, port, proto }: Destination): string {
  const has = (range: RoutingRule["from"]): string =>
    range && range.family === familyOf(address) && cidrHas(range, address) ? "y" : "n";
  const holds = (ports: RoutingRule["dport"]): string => (ports && port >= ports[0] && port <= ports[1] ? "y" : "n");
  return [has(rule.from), has(rule.to), holds(rule.sport), holds(rule.dport), rule.ipproto === proto ? "y" : "n"].join(
    "",
  );
}
