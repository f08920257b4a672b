import { ByteNames } from "../../base/byte-names.ts";
import type { SourceText } from "../../base/source.ts";
import type { Policy } from "../../model/netfilter/ruleset.ts";

/** One chain while lines are collected. Line numbers are 0-based within the segment. */
export interface ChainLines {
  readonly name: string;
  /** Place among the block's chains, in order of appearance. */
  readonly index: number;
  /** Line of its `:NAME` or `-P`/`-N`; undefined: only rules of it were met. */
  declaredAt: number | undefined;
  policy: Policy | undefined;
  /** Number of rules. */
  rules: number;
  /** Line of the first rule, where that came before a declaration. */
  readonly firstRule: number | undefined;
}

/** The chains of one block, in order of appearance. Names on plain lines are found by their bytes, without making strings. */
export class BlockChains {
  readonly list: ChainLines[] = [];
  private readonly plain: ByteNames;
  private readonly others = new Map<string, ChainLines>();

  constructor(source: SourceText) {
    this.plain = new ByteNames(source.bytes);
  }

  get size(): number {
    return this.list.length;
  }

  get(name: string): ChainLines | undefined {
    return this.list[this.plain.findText(name)] ?? this.others.get(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** The chain that bytes [from, to) of a plain line name, if such a line has named it before. */
  at(from: number, to: number): ChainLines | undefined {
    return this.list[this.plain.find(from, to)];
  }

  /** The chain of that name, which may be new. */
  named(name: string, firstRule?: number): ChainLines {
    const known = this.get(name);
    if (known) return known;
    const chain = this.add(name, firstRule);
    this.others.set(name, chain);
    return chain;
  }

  /** The same of a name that stands in bytes [from, to) of a plain line, where `at` finds none. */
  namedAt(name: string, from: number, to: number, firstRule?: number): ChainLines {
    const chain = this.others.get(name) ?? this.add(name, firstRule);
    this.plain.add(from, to, chain.index);
    return chain;
  }

  *keys(): Generator<string> {
    for (const { name } of this.list) yield name;
  }

  values(): Iterable<ChainLines> {
    return this.list;
  }

  private add(name: string, firstRule: number | undefined): ChainLines {
    const index = this.list.length;
    const chain: ChainLines = { name, index, declaredAt: undefined, policy: undefined, rules: 0, firstRule };
    this.list.push(chain);
    return chain;
  }
}
