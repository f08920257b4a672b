import { asShown, hiddenIn } from "../model/netfilter/as-shown.ts";
import { printRule } from "../model/netfilter/print-rule.ts";
import { type Rule, rulesOf } from "../model/netfilter/rule.ts";
import type { Chain, Table } from "../model/netfilter/ruleset.ts";

/**
 * Two dumps of one table of one node, of which one may show less: `iptables -L` beside iptables-save, or chain after chain of it. Of
 * each chain the fuller is taken. Undefined: they contradict each other.
 */
export function joinTables(first: Table, second: Table): Table | undefined {
  const chains = new Map(first.chains);
  for (const [name, other] of second.chains) {
    const known = first.chains.get(name);
    const chosen = known ? fuller(known, first, other, second) : first.state === "whole" ? undefined : other;
    if (!chosen) return undefined;
    chains.set(name, chosen);
  }
  if (second.state === "whole") for (const name of first.chains.keys()) if (!second.chains.has(name)) return undefined;
  return { ...first, chains, state: first.state === "whole" ? "whole" : second.state };
}

/** The chain that shows more, if all that the other shows is in it. */
function fuller(a: Chain, inA: Table, b: Chain, inB: Table): Chain | undefined {
  if (a.policy !== undefined && b.policy !== undefined && a.policy !== b.policy) return undefined;
  const [ofA, ofB] = [[...rulesOf(a.rules)], [...rulesOf(b.rules)]];
  const hidden = hiddenIn([ofA, ofB]);
  const text = (rule: Rule): string => printRule(asShown(rule, hidden));
  const [textsA, textsB] = [ofA.map(text), ofB.map(text)];
  const mayLack = (chain: Chain, table: Table): boolean => table.state === "partial" || !chain.declared;
  const hides = (rules: readonly Rule[]): boolean => rules.some((rule) => rule.hidden !== undefined);
  if (textsA.length === textsB.length)
    return textsA.every((rule, i) => rule === textsB[i]) ? (hides(ofA) && !hides(ofB) ? b : a) : undefined;
  if (textsA.length > textsB.length) return mayLack(b, inB) && isWithin(textsB, textsA) ? a : undefined;
  return mayLack(a, inA) && isWithin(textsA, textsB) ? b : undefined;
}

/** In the same order, with others between. */
function isWithin(few: readonly string[], many: readonly string[]): boolean {
  let next = 0;
  for (const text of many) if (text === few[next]) next++;
  return next === few.length;
}
