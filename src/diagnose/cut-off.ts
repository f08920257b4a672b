import { words } from "../base/words.ts";
import type { Assumption } from "../simulate/trace.ts";
import type { Undecidable } from "./finding.ts";
import { fails, type Probe, probe } from "./probe.ts";
import { endsAt } from "./rules/ending.ts";
import { flowWords } from "./undecided.ts";

/** That nothing stood behind the end of a text which ends in the middle of a table. */
export const isCutOff = (a: Assumption): boolean => a.id.startsWith("chain-cut:");

/** More rules of a filter table heal nothing but what that table stops. */
function mayHeal(a: Assumption, p: Probe): boolean {
  if (!a.id.startsWith("chain-cut:filter/")) return true;
  const { reason } = p.trace.ending;
  return (reason === "policy-drop" || reason === "rule-drop" || reason === "rule-reject") && inFilter(p);
}
const inFilter = (p: Probe): boolean => endsAt(p)?.table === "filter";

/** Whether the rest of the chain, had it been pasted, may turn the outcome. */
export const cutDecides = (a: Assumption, p: Probe): boolean =>
  isCutOff(a) &&
  mayHeal(a, p) &&
  probe(p.side, p.flow, undefined, new Set([a.id])).simulation.outcome !== p.simulation.outcome;

const decidedBy = (p: Probe): Assumption | undefined => p.simulation.assumptions.find((a) => cutDecides(a, p));

/** It fails as far as the text goes, and rules behind its end may be what lets it through. */
export const failsByCut = (p: Probe): boolean => fails(p) && decidedBy(p) !== undefined;

/** One question for each table that ends too early. */
export function cutShort(probes: readonly Probe[]): Undecidable[] {
  const byTable = new Map<string, { first: Probe; count: number; cut: Assumption; paste: string }>();
  for (const p of probes) {
    const cut = fails(p) ? decidedBy(p) : undefined;
    if (!cut?.settledBy) continue;
    const key = `${p.side.name} ${cut.settledBy}`;
    const known = byTable.get(key);
    if (known) known.count++;
    else byTable.set(key, { first: p, count: 1, cut, paste: cut.settledBy });
  }
  return [...byTable.values()].map(({ first, count, cut, paste }) => {
    const flow = flowWords(first.flow);
    const more = count > 1 ? words(` and ${count - 1} more flows`, `等 ${count} 个流`) : words("", "");
    return {
      question: words(
        `${first.side.name} node: does ${flow.en}${more.en} get through? ${cut.because.en} As far as it goes they do not.`,
        `${first.side.name === "healthy" ? "正常" : "异常"}节点：${flow["zh-CN"]}${more["zh-CN"]}能否接通？${cut.because["zh-CN"]}就已有的部分看不能。`,
      ),
      paste,
      side: first.side.name,
    };
  });
}
