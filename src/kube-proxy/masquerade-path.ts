import type { Span } from "../base/span.ts";
import type { Family } from "../model/net/ip.ts";
import type { Hook, TableName } from "../model/netfilter/hook.ts";
import type { Ruleset } from "../model/netfilter/ruleset.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { defaultMark, markMasq, postrouting, services } from "./names.ts";
import { chainOf, jumpOf, markMatchOf, markSetOf, rulesIn, setsOf, type WordedRule } from "./rule-words.ts";

/** Where a hook leads into one of kube-proxy's chains. */
export interface HookJump {
  readonly hook: Hook;
  readonly chain: string;
  readonly rule?: WordedRule;
}

/** The stations of "mark, then masquerade what bears the mark", as one family's nat table has them. */
export interface MasqueradePath {
  readonly family: Family;
  /** Absence proves something: the nat table was pasted whole. */
  readonly whole: boolean;
  /** KUBE-MARK-MASQ is declared or used. */
  readonly markChain?: { readonly at?: Span };
  /** Its MARK rule and the bits it sets. */
  readonly marking?: { readonly bits: number; readonly rule: WordedRule };
  readonly postroutingChain?: { readonly at?: Span };
  /** The rule of KUBE-POSTROUTING that masquerades, with the bits that a packet must bear; 0 = all packets. */
  readonly masquerading?: { readonly bits: number; readonly rule: WordedRule; readonly test: WordedRule };
  readonly jumps: readonly HookJump[];
}

const hooks: readonly (readonly [Hook, string])[] = [
  ["PREROUTING", services],
  ["OUTPUT", services],
  ["POSTROUTING", postrouting],
];

export function masqueradePath(snapshot: NodeSnapshot, family: Family): MasqueradePath | undefined {
  const ruleset = snapshot.iptables.get(family);
  const nat = ruleset?.tables.get("nat");
  if (!ruleset || !nat) return undefined;
  const marking = first(rulesIn(ruleset, "nat", markMasq), markSetOf);
  const masquerading = masqueradingRule(ruleset);
  const markChain = chainOf(ruleset, "nat", markMasq);
  const postChain = chainOf(ruleset, "nat", postrouting);
  return {
    family,
    whole: nat.state === "whole",
    ...(markChain ? { markChain: placed(markChain.at ?? markChain.rules.at(0)?.at) } : {}),
    ...(marking ? { marking: { bits: (marking[1].value & marking[1].mask) >>> 0, rule: marking[0] } } : {}),
    ...(postChain ? { postroutingChain: placed(postChain.at ?? postChain.rules.at(0)?.at) } : {}),
    ...(masquerading ? { masquerading } : {}),
    jumps: hooks.map(([hook, chain]) => ({ hook, chain, ...jump(ruleset, "nat", hook, chain) })),
  };
}

const placed = (at: Span | undefined): { at?: Span } => (at ? { at } : {});

function first<T>(rules: Iterable<WordedRule>, read: (r: WordedRule) => T | undefined): [WordedRule, T] | undefined {
  for (const r of rules) {
    const value = read(r);
    if (value !== undefined) return [r, value];
  }
  return undefined;
}

function jump(ruleset: Ruleset, table: TableName, hook: string, chain: string): { rule?: WordedRule } {
  for (const r of rulesIn(ruleset, table, hook)) if (jumpOf(r) === chain) return { rule: r };
  return {};
}

/** Old form: MASQUERADE with `--mark V/M`. New form: `! --mark V/M -j RETURN` above a MASQUERADE without mark. */
function masqueradingRule(ruleset: Ruleset): MasqueradePath["masquerading"] {
  let returned: { bits: number; test: WordedRule } | undefined;
  for (const r of rulesIn(ruleset, "nat", postrouting)) {
    const mark = markMatchOf(r);
    if (jumpOf(r) === "RETURN" && mark?.negated && mark.value !== 0) returned ??= { bits: mark.value, test: r };
    const masquerades = jumpOf(r) === "MASQUERADE" || jumpOf(r) === "SNAT";
    if (!masquerades || setsOf(r).length > 0) continue;
    if (mark && !mark.negated && mark.value !== 0) return { bits: mark.value, rule: r, test: r };
    if (!mark) return returned ? { ...returned, rule: r } : { bits: 0, rule: r, test: r };
  }
  return undefined;
}

/** The bit that means "masquerade this" on a node; the rules of one family speak for it before those of the other. */
export function masqueradeMark(snapshot: NodeSnapshot, family?: Family): number {
  const rulesets = [...snapshot.iptables.values()].sort(
    (a, b) => Number(b.family === family) - Number(a.family === family),
  );
  for (const ruleset of rulesets) {
    const marking = first(rulesIn(ruleset, "nat", markMasq), markSetOf);
    const bits = marking && (marking[1].value & marking[1].mask) >>> 0;
    if (bits) return bits;
  }
  const bit = snapshot.kubeProxy?.masqueradeBit?.value;
  if (bit !== undefined && bit >= 0 && bit < 32) return (1 << bit) >>> 0;
  for (const ruleset of rulesets) {
    const tested = masqueradingRule(ruleset)?.bits;
    if (tested) return tested;
  }
  return defaultMark;
}
