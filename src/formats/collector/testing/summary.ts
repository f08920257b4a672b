import { spanText } from "../../../base/span.ts";
import { printCidr } from "../../../model/net/cidr.ts";
import { rulesOf } from "../../../model/netfilter/rule.ts";
import type { Ruleset } from "../../../model/netfilter/ruleset.ts";
import type { NodeSnapshot } from "../../../model/node/snapshot.ts";

/** What is known of a node, as lines to compare: the same for the same node, whatever the order of its dumps. */
export function rulesText(snapshot: NodeSnapshot, ruleset: Ruleset | undefined): readonly string[] {
  return [...(ruleset?.tables.values() ?? [])].flatMap((table) => [
    `*${table.name} ${table.state}`,
    ...[...table.chains.values()].map((c) => `:${c.name} ${c.policy ?? "-"}`).sort(),
    ...[...table.chains.values()]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((chain) =>
        [...rulesOf(chain.rules)].map((rule) => {
          const source = snapshot.sources.get(rule.at.source);
          return source ? spanText(source, rule.at).replace(/^\[\d+:\d+\] /, "") : "";
        }),
      ),
  ]);
}

export const setsText = (snapshot: NodeSnapshot): readonly string[] =>
  [...snapshot.sets.byName.values()].flatMap((set) => [
    `create ${set.name} ${set.type} ${set.whole ? "whole" : "partial"}`,
    ...Array.from(set.entries)
      .map((e) => `add ${set.name} ${e.text}`)
      .sort(),
  ]);

export const addressesText = (snapshot: NodeSnapshot): readonly string[] =>
  snapshot.links.list.flatMap((link) => link.addresses.map((a) => `${link.name} ${a.address}/${a.prefix}`));

export const routesText = (snapshot: NodeSnapshot): readonly string[] =>
  snapshot.routes.list.map(
    (r) => `${r.table} ${r.type} ${printCidr(r.to)} ${r.hops.map((h) => `${h.via ?? "-"} ${h.dev ?? "-"}`).join(" ")}`,
  );
