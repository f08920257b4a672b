import type { TableName } from "../../model/netfilter/hook.ts";
import type { Policy } from "../../model/netfilter/ruleset.ts";
import type { Tool } from "./header.ts";

/** One chain while lines are collected. Line numbers are 0-based within the segment. */
export interface ChainLines {
  readonly name: string;
  /** Place among the block's chains, in order of appearance. */
  readonly index: number;
  /** Line of its `:NAME` or `-P`/`-N`; undefined: only rules of it were met. */
  declaredAt?: number;
  policy?: Policy;
  /** Number of rules. */
  rules: number;
  /** Line of the first rule. */
  readonly firstRule?: number;
}

/** What stands between `*table` and COMMIT, or a run of rules without such a frame. */
export interface Block {
  /** Undefined: no `*table` line; found out from the rules. */
  readonly table: TableName | undefined;
  /** First line, and last line met so far. */
  readonly from: number;
  to: number;
  /** `iptables -S` writes -P and -N instead of `:` lines, and neither `*table` nor COMMIT. */
  listing: boolean;
  committed: boolean;
  /** `# Completed on` was there. */
  completed: boolean;
  readonly tool: Tool | undefined;
  readonly chains: Map<string, ChainLines>;
  /** First line of each rule, in order. */
  readonly ruleLines: number[];
  /** Chain of each rule, by its index. */
  readonly ruleChains: number[];
  /** Rules whose quoted value holds line ends: first line to last. */
  readonly joined: Map<number, number>;
  /** Lines that change something instead of saying what is there (`-I`, `-D`, `-F`), or that could not be read. */
  disturbed: boolean;
}

export const newBlock = (table: TableName | undefined, from: number, tool: Tool | undefined): Block => ({
  table,
  from,
  to: from,
  listing: false,
  committed: false,
  completed: false,
  tool,
  chains: new Map(),
  ruleLines: [],
  ruleChains: [],
  joined: new Map(),
  disturbed: false,
});

/** The chain of that name, which may be new. */
export function chainOf(block: Block, name: string, firstRule?: number): ChainLines {
  const known = block.chains.get(name);
  if (known) return known;
  const chain = { name, index: block.chains.size, rules: 0, ...(firstRule !== undefined && { firstRule }) };
  block.chains.set(name, chain);
  return chain;
}
