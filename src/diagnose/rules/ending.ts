import type { Family } from "../../model/net/ip.ts";
import { familyOf } from "../../model/net/ip.ts";
import type { TableName } from "../../model/netfilter/hook.ts";
import type { Rule } from "../../model/netfilter/rule.ts";
import type { Place, Step } from "../../simulate/trace.ts";
import type { Probe } from "../probe.ts";

/** Where a flow ends: the last rule or chain end before it stops. */
export function endsAt(p: Pick<Probe, "trace">): Place | undefined {
  const step = p.trace.steps
    .slice(0, p.trace.ending.step)
    .reverse()
    .find((s): s is Step & { kind: "rule" | "chain-end" } => s.kind === "rule" || s.kind === "chain-end");
  return step?.place;
}

/** The rule that a flow ends at, as the node has it. */
export function rulesAt({ side }: Probe, place: Place, family: Family): Rule | undefined {
  if (place.rule === null) return undefined;
  const ruleset = side.snapshot.iptables.get(family);
  const table = (place.backend ? ruleset?.other : ruleset)?.tables.get(place.table as TableName);
  return table?.chains.get(place.chain)?.rules.at(place.rule - 1);
}

/** Flows that end for one of these reasons, by family. */
export function* endingBy(failing: readonly Probe[], ...reasons: readonly string[]): Generator<[Family, Probe[]]> {
  for (const family of [4, 6] as const) {
    const probes = failing.filter(
      (p) =>
        familyOf(p.flow.to) === family &&
        p.trace.ending.outcome !== "undecidable" &&
        reasons.includes(p.trace.ending.reason),
    );
    if (probes.length > 0) yield [family, probes];
  }
}

/** Flows grouped by something they have in common; those without it are left out. */
export function groupedBy<K, T = Probe>(items: readonly T[], key: (item: T) => K | undefined): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const p of items) {
    const k = key(p);
    if (k === undefined) continue;
    const list = groups.get(k);
    if (list) list.push(p);
    else groups.set(k, [p]);
  }
  return groups;
}
