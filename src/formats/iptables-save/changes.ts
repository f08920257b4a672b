import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import type { Lines } from "../format.ts";
import type { Block } from "./block.ts";
import { BlockChains, type ChainLines } from "./block-chains.ts";

/** A line of iptables-restore's input that is no `-A`: what it does to which chain. */
export interface Change {
  readonly line: number;
  readonly command: ChangeCommand;
  /** Undefined: all chains of the table. */
  readonly chain: string | undefined;
  /** `-I CHAIN 3`, `-D CHAIN 3`, `-R CHAIN 3`. */
  readonly number?: number;
  /** `-E OLD NEW`. */
  readonly to?: string;
}

export type ChangeCommand = "-I" | "-D" | "-R" | "-F" | "-X" | "-E" | "-Z" | "-C";

/** The text of the rule on a line, the same for all spellings; undefined: it cannot be read. */
export type RuleText = (chain: string, line: number) => string | undefined;

/** Lines of one chain's rules; those in front are kept in reverse, as `-I` without a number puts one rule before the other. */
interface Rules {
  readonly front: number[];
  readonly back: number[];
  /** All rules of the chain are known: it was made or emptied here. */
  known: boolean;
}

/**
 * The block as its changes leave it. What the chains held before is not known, unless they were made or emptied here: a rule put at place n
 * stands there among the rules known, and what is taken away may be one that nobody sees.
 */
export function withChanges(
  block: Block,
  changes: readonly Change[],
  textOf: RuleText,
  lines: Lines,
  report: (diagnostic: Diagnostic) => void,
): Block {
  const chains = new Map<string, Rules>();
  /** Chains taken away. */
  const gone = new Set<string>();
  const drop = (name: string): void => {
    chains.delete(name);
    gone.add(name);
  };
  const of = (name: string): Rules => {
    let rules = chains.get(name);
    if (!rules) {
      rules = { front: [], back: [], known: block.chains.get(name)?.declaredAt !== undefined };
      chains.set(name, rules);
      gone.delete(name);
    }
    return rules;
  };
  const texts = new Map<string, string | undefined>();
  const text = (chain: string, line: number): string | undefined => {
    const key = `${line} ${chain}`;
    if (!texts.has(key)) texts.set(key, textOf(chain, line));
    return texts.get(key);
  };
  const say = (line: number, what: "absent" | "place"): void =>
    report({
      code: what === "absent" ? "iptables-save/nothing-to-change" : "iptables-save/place-unknown",
      severity: "info",
      at: lines.span(line),
      message:
        what === "absent"
          ? words(
              "The rule that this line takes away or replaces is not among those here.",
              "该行要删除或替换的规则不在此处的规则之中。",
            )
          : words(
              "Which rules stood before this place is not known; the rule is put among those that are.",
              "此位置之前有哪些规则不得而知；该规则按已知的规则放置。",
            ),
    });
  const names = [...block.chains.keys()];

  const apply = ({ line, command, chain, number, to }: Change): void => {
    if (chain === undefined) {
      for (const name of names) if (command === "-F") empty(of(name));
      if (command === "-X")
        for (const name of names)
          if (block.chains.get(name)?.policy === undefined && length(of(name)) === 0) drop(name);
      return;
    }
    const rules = of(chain);
    switch (command) {
      case "-I":
        if (!rules.known && (number ?? 1) > 1) say(line, "place");
        insert(rules, (number ?? 1) - 1, line);
        break;
      case "-F":
        empty(rules);
        break;
      case "-X":
        drop(chain);
        break;
      case "-E":
        if (to !== undefined) chains.set(to, rules);
        drop(chain);
        break;
      case "-R":
      case "-D": {
        const wanted = number === undefined ? text(chain, line) : undefined;
        const at = number === undefined ? find(rules, (one) => text(chain, one) === wanted) : number - 1;
        const sure = number === undefined ? wanted !== undefined && at !== -1 : rules.known && at < length(rules);
        if (sure) remove(rules, at);
        else say(line, "absent");
        if (command === "-R") insert(rules, sure ? at : length(rules), line);
        break;
      }
      case "-Z":
      case "-C":
        break;
    }
  };

  let next = 0;
  for (const [i, line] of block.ruleLines.entries()) {
    for (let change = changes[next]; change && change.line < line; change = changes[++next]) apply(change);
    const name = names[block.ruleChains[i] ?? 0] ?? "";
    of(name).back.push(line);
  }
  for (; next < changes.length; next++) {
    const change = changes[next];
    if (change) apply(change);
  }
  return rebuilt(
    { ...block, chains: new BlockChains(lines.source), ruleLines: [], ruleChains: [] },
    block,
    chains,
    gone,
  );
}

const length = ({ front, back }: Rules): number => front.length + back.length;

function empty(rules: Rules): void {
  rules.front.length = 0;
  rules.back.length = 0;
  rules.known = true;
}

function insert({ front, back }: Rules, at: number, line: number): void {
  if (at <= front.length) front.splice(front.length - at, 0, line);
  else back.splice(at - front.length, 0, line);
}

function remove({ front, back }: Rules, at: number): void {
  if (at < front.length) front.splice(front.length - 1 - at, 1);
  else back.splice(at - front.length, 1);
}

function find({ front, back }: Rules, test: (line: number) => boolean): number {
  const inFront = front.findLastIndex(test);
  if (inFront !== -1) return front.length - 1 - inFront;
  const behind = back.findIndex(test);
  return behind === -1 ? -1 : front.length + behind;
}

/** Fills `result` with the chains of `block`, their rules in the new order. */
function rebuilt(result: Block, block: Block, chains: ReadonlyMap<string, Rules>, gone: ReadonlySet<string>): Block {
  const add = (name: string, known: ChainLines | undefined, rules: Rules | undefined): void => {
    const ordered = rules ? [...rules.front.toReversed(), ...rules.back] : [];
    const chain = result.chains.named(name, ordered[0]);
    if (known?.declaredAt !== undefined) chain.declaredAt = known.declaredAt;
    if (known?.policy !== undefined) chain.policy = known.policy;
    chain.rules = ordered.length;
    for (const line of ordered) {
      result.ruleLines.push(line);
      result.ruleChains.push(chain.index);
    }
  };
  for (const known of block.chains.list) {
    const { name } = known;
    if (!gone.has(name)) add(name, known, chains.get(name));
  }
  for (const [name, rules] of chains) if (!result.chains.has(name)) add(name, undefined, rules);
  return result;
}
