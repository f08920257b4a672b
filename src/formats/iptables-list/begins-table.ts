import type { Block } from "../iptables-save/block.ts";

/** Built-in chains in the order in which every table lists those it has. */
const hooks = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"];

/**
 * A listing does not say where one table ends and the next begins. Each lists its built-in chains first and in this order, so a
 * built-in chain that comes too late is another table's, as is a chain met a second time.
 */
export function beginsTable(block: Block, chain: string, hasPolicy: boolean): boolean {
  if (block.chains.has(chain)) return true;
  const place = hooks.indexOf(chain);
  if (!hasPolicy || place === -1) return false;
  return [...block.chains.keys()].some((name) => hooks.indexOf(name) > place || !hooks.includes(name));
}
