import type { Block } from "./block.ts";

/**
 * Lines without `*table` may be of several tables, as of `iptables-save | grep KUBE`: each table has its chain lines first,
 * then rules, those of built-in chains before the others. So a chain line after rules, or a built-in chain's first rule after another chain's,
 * may begin another table; sections that turn out to be of the same one are put together again.
 */
export function mayBeginTable(block: Block, kind: "chain" | "rule", chain: string): boolean {
  if (block.table !== undefined || block.listing || block.ruleLines.length === 0) return false;
  if (kind === "chain") return true;
  return isHook(chain) && !block.chains.has(chain) && ![...block.chains.keys()].every(isHook);
}

const hooks = new Set(["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"]);
const isHook = (name: string): boolean => hooks.has(name);

/** Both are pieces of one table: neither has a frame, and no chain is declared in both. */
export function areOneTable(a: Block, b: Block): boolean {
  if (a.table !== undefined || b.table !== undefined || a.listing !== b.listing || a.reader !== b.reader) return false;
  for (const chain of b.chains.values())
    if (chain.declaredAt !== undefined && a.chains.get(chain.name)?.declaredAt !== undefined) return false;
  return true;
}

/** Adds the lines of `b` to `a`. */
export function join(a: Block, b: Block): void {
  const places: number[] = [];
  for (const chain of b.chains.values()) {
    const known = a.chains.named(chain.name, chain.firstRule);
    known.rules += chain.rules;
    if (chain.declaredAt !== undefined) known.declaredAt = chain.declaredAt;
    if (chain.policy !== undefined) known.policy = chain.policy;
    places.push(known.index);
  }
  for (const [i, line] of b.ruleLines.entries()) {
    a.ruleLines.push(line);
    a.ruleChains.push(places[b.ruleChains[i] ?? 0] ?? 0);
  }
  for (const [first, last] of b.joined) a.joined.set(first, last);
  a.changes.push(...b.changes);
  a.disturbed ||= b.disturbed;
  a.to = b.to;
}
