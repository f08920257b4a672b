import { matches } from "../../model/netfilter/matches/index.ts";
import type { Support } from "../../model/netfilter/support.ts";
import { targets } from "../../model/netfilter/targets/index.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";

const isModelled = (level: Support): boolean => level === "modelled" || level === "caveat" || level === "inert";

/** Matches and targets below `modelled` in the rules that the kernel's own hops name. */
export function belowModelled(snapshot: NodeSnapshot, hops: readonly Record<string, unknown>[]): string[] {
  const found = new Set<string>();
  for (const hop of hops) {
    const rule =
      typeof hop.rule === "number"
        ? snapshot.iptables
            .get(String(hop.src).includes(":") ? 6 : 4)
            ?.tables.get(hop.table as never)
            ?.chains.get(String(hop.chain))
            ?.rules.at(hop.rule - 1)
        : undefined;
    if (!rule) continue;
    for (const match of rule.matches) {
      const level = matches.get(match.name)?.level ?? "unrecognised";
      if (!isModelled(level)) found.add(`match ${match.name} (${level})`);
    }
    const target = rule.target;
    if (target === null || target.kind === "chain") continue;
    const level = target.kind === "verdict" ? "modelled" : (targets.get(target.name)?.level ?? "unrecognised");
    if (!isModelled(level)) found.add(`target ${target.name} (${level})`);
  }
  return [...found];
}
