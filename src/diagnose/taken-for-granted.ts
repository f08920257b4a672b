import { flowId } from "../simulate/flow.ts";
import type { Assumption } from "../simulate/trace.ts";
import type { Finding } from "./finding.ts";
import type { Probe } from "./probe.ts";
import type { Side } from "./side.ts";

/** Those a finding rests on first; each once. */
export function assumptionsOf(
  sides: readonly Side[],
  findings: readonly Finding[],
  all: readonly Probe[],
  weighed: ReadonlyMap<string, Assumption>,
): Assumption[] {
  const found = new Map<string, Assumption>();
  const said = new Set<string>();
  const add = (a: Assumption): void => {
    if (found.has(a.id) || said.has(a.about.en) || found.size >= 100) return;
    found.set(a.id, a);
    said.add(a.about.en);
  };
  for (const side of sides) for (const a of side.borrowings) add(a);
  const named = new Set(findings.flatMap((f) => f.flows.map((c) => flowId(c.flow))));
  for (const first of [true, false])
    for (const p of all) {
      if (named.has(p.id) !== first) continue;
      for (const a of p.simulation.assumptions) add(weighed.get(a.id) ?? a);
    }
  return [...found.values()].sort((a, b) => Number(b.decisive ?? false) - Number(a.decisive ?? false));
}
