import type { TableName } from "../model/netfilter/hook.ts";
import { printRule } from "../model/netfilter/print-rule.ts";
import { type Rule, rulesOf } from "../model/netfilter/rule.ts";
import type { Chain, Ruleset } from "../model/netfilter/ruleset.ts";

/**
 * A rule with the words of its canonical text, as iptables-save prints it. kube-proxy's habits are described in that
 * language, so this room reads it there and needs to know no match module.
 */
export interface WordedRule {
  readonly rule: Rule;
  readonly text: string;
  readonly words: readonly string[];
}

/** Splits at blanks; double quotes hold together, a backslash takes the next character as it is. */
export function splitWords(text: string): string[] {
  const found: string[] = [];
  let word = "";
  let open = false;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? "";
    if (c === "\\" && quoted) word += text[++i] ?? "";
    else if (c === '"') {
      quoted = !quoted;
      open = true;
    } else if (c === " " && !quoted) {
      if (open) found.push(word);
      word = "";
      open = false;
    } else {
      word += c;
      open = true;
    }
  }
  if (open) found.push(word);
  return found;
}

export function wordedRule(rule: Rule): WordedRule {
  const text = printRule(rule);
  let words: readonly string[] | undefined;
  return {
    rule,
    text,
    get words() {
      words ??= splitWords(text);
      return words;
    },
  };
}

export const chainOf = (ruleset: Ruleset | undefined, table: TableName, chain: string): Chain | undefined =>
  ruleset?.tables.get(table)?.chains.get(chain);

/** Rules of a chain, none where it is not there. */
export function* rulesIn(ruleset: Ruleset | undefined, table: TableName, chain: string): Generator<WordedRule> {
  const found = chainOf(ruleset, table, chain);
  if (found) for (const rule of rulesOf(found.rules)) yield wordedRule(rule);
}

const argumentOf = (r: WordedRule, option: string): string | undefined => {
  const at = r.words.indexOf(option);
  return at === -1 ? undefined : r.words[at + 1];
};

export const commentOf = (r: WordedRule): string | undefined => argumentOf(r, "--comment");
/** Destination port of a rule for one port. */
export const destinationPortOf = (r: WordedRule): number | undefined => {
  const text = argumentOf(r, "--dport");
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
};
export const jumpOf = (r: WordedRule): string | undefined => r.rule.target?.name;
export const hasWord = (r: WordedRule, word: string): boolean => r.words.includes(word);

export interface SetWords {
  readonly set: string;
  readonly flags: string;
  readonly negated: boolean;
}
/** `-m set --match-set KUBE-CLUSTER-IP dst,dst` */
export function setsOf(r: WordedRule): SetWords[] {
  const found: SetWords[] = [];
  for (let i = 0; i < r.words.length; i++)
    if (r.words[i] === "--match-set")
      found.push({ set: r.words[i + 1] ?? "", flags: r.words[i + 2] ?? "", negated: r.words[i - 1] === "!" });
  return found;
}

export interface MarkWords {
  readonly value: number;
  readonly mask: number;
  readonly negated: boolean;
}
const markPair = (text: string | undefined): { value: number; mask: number } | undefined => {
  if (text === undefined) return undefined;
  const [value, mask] = text.split("/");
  const v = Number(value);
  const m = mask === undefined ? 0xffffffff : Number(mask);
  return Number.isInteger(v) && Number.isInteger(m) ? { value: v, mask: m } : undefined;
};
/** `-m mark ! --mark 0x4000/0x4000` */
export function markMatchOf(r: WordedRule): MarkWords | undefined {
  const at = r.words.indexOf("--mark");
  const pair = at === -1 ? undefined : markPair(r.words[at + 1]);
  return pair && { ...pair, negated: r.words[at - 1] === "!" };
}
/** `-j MARK --set-xmark 0x4000/0x4000` */
export const markSetOf = (r: WordedRule): { value: number; mask: number } | undefined =>
  jumpOf(r) === "MARK" ? (markPair(argumentOf(r, "--set-xmark")) ?? markPair(argumentOf(r, "--set-mark"))) : undefined;
/** `--to-destination 10.0.0.1:80`, `[::1]:80` */
export const dnatOf = (r: WordedRule): string | undefined => argumentOf(r, "--to-destination");
