import { isBuiltIn, type TableName } from "../../model/netfilter/hook.ts";
import { ruleList } from "../../model/netfilter/rule.ts";
import type { Chain, Policy } from "../../model/netfilter/ruleset.ts";
import type { Lines } from "../format.ts";
import type { BlockChains, ChainLines } from "./block-chains.ts";
import type { RuleLines } from "./rule-lines.ts";

/**
 * The chains of one table by name. A large dump has tens of thousands, so a `Chain` is made only when somebody asks for it.
 */
export class ChainTable implements ReadonlyMap<string, Chain> {
  private readonly lines: Lines;
  private readonly rules: RuleLines;
  private readonly table: TableName;
  private readonly chains: BlockChains;
  /** Built-in chains that the dump leaves out, as they are empty. */
  private readonly added = new Map<string, Chain>();

  constructor(lines: Lines, rules: RuleLines, chains: BlockChains, table: TableName) {
    this.lines = lines;
    this.rules = rules;
    this.table = table;
    this.chains = chains;
  }

  addEmpty(name: string, policy: Policy): void {
    this.added.set(name, { name, policy, declared: true, rules: ruleList([]) });
  }

  get size(): number {
    return this.chains.size + this.added.size;
  }

  has(name: string): boolean {
    return this.chains.has(name) || this.added.has(name);
  }

  get(name: string): Chain | undefined {
    const known = this.chains.get(name);
    return known ? this.chainOf(known) : this.added.get(name);
  }

  private chainOf(chain: ChainLines): Chain {
    const { name, declaredAt, firstRule, policy } = chain;
    const line = declaredAt ?? firstRule;
    return {
      name,
      ...(policy !== undefined && isBuiltIn(this.table, name) && { policy }),
      declared: declaredAt !== undefined,
      ...(line !== undefined && { at: this.lines.span(line) }),
      rules: this.rules.of(chain),
    };
  }

  *keys(): MapIterator<string> {
    yield* this.chains.keys();
    yield* this.added.keys();
  }

  *values(): MapIterator<Chain> {
    for (const chain of this.chains.values()) yield this.chainOf(chain);
    yield* this.added.values();
  }

  *entries(): MapIterator<[string, Chain]> {
    for (const chain of this.values()) yield [chain.name, chain];
  }

  [Symbol.iterator](): MapIterator<[string, Chain]> {
    return this.entries();
  }

  forEach(call: (chain: Chain, name: string, map: ReadonlyMap<string, Chain>) => void): void {
    for (const [name, chain] of this) call(chain, name, this);
  }
}
