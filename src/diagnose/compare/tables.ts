import type { Span } from "../../base/span.ts";
import { type Words, words } from "../../base/words.ts";
import { rangesMeet } from "../../kube-proxy/version.ts";
import type { Family } from "../../model/net/ip.ts";
import { asShown, hiddenIn } from "../../model/netfilter/as-shown.ts";
import type { TableName } from "../../model/netfilter/hook.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import { type Rule, ruleList, rulesOf } from "../../model/netfilter/rule.ts";
import type { Chain, Table } from "../../model/netfilter/ruleset.ts";
import type { NodeSnapshot } from "../../model/node/snapshot.ts";
import type { SideName } from "../finding.ts";
import { replaceChain, replaceRule } from "../fix/edit.ts";
import type { Side } from "../side.ts";
import { meaningOf, outlineOf } from "./canonical.ts";
import { type Draft, exchanged } from "./draft.ts";

interface Pair {
  readonly healthy: Side;
  readonly broken: Side;
  readonly family: Family;
  readonly table: TableName;
}

/** Chains whose rules kube-proxy writes in the order of a hash map: order across services means nothing. */
const unordered = new Set([
  "KUBE-SERVICES",
  "KUBE-NODEPORTS",
  "KUBE-EXTERNAL-SERVICES",
  "KUBE-PROXY-FIREWALL",
  "KUBE-FORWARD",
]);
const isKube = (name: string): boolean => name.startsWith("KUBE-");

/** Differences of all tables that both sides show. */
export function* compareTables(healthy: Side, broken: Side): Generator<Draft> {
  for (const [family, there] of healthy.snapshot.iptables) {
    const here = broken.snapshot.iptables.get(family);
    if (!here) continue;
    for (const [name, table] of there.tables) {
      const other = here.tables.get(name);
      if (other) yield* compareTable({ healthy, broken, family, table: name }, table, other);
    }
  }
}

function* compareTable(pair: Pair, healthy: Table, broken: Table): Generator<Draft> {
  for (const name of new Set([...healthy.chains.keys(), ...broken.chains.keys()])) {
    const h = healthy.chains.get(name);
    const b = broken.chains.get(name);
    if (h && b) {
      yield* policies(pair, h, b);
      yield* compareChain(pair, h, b);
    } else if (h) yield chainOnly(pair, "healthy", h);
    else if (b) yield chainOnly(pair, "broken", b);
  }
}

function* policies(pair: Pair, h: Chain, b: Chain): Generator<Draft> {
  if (h.policy === undefined || b.policy === undefined || h.policy === b.policy) return;
  yield {
    about: "policy",
    says: words(
      `policy of ${pair.table} ${h.name}: ${h.policy} on the healthy node, ${b.policy} on the broken one`,
      `${pair.table} ${h.name} 的默认策略：正常节点 ${h.policy}，异常节点 ${b.policy}`,
    ),
    healthy: { text: `:${h.name} ${h.policy}`, ...(h.at ? { at: h.at } : {}) },
    broken: { text: `:${b.name} ${b.policy}`, ...(b.at ? { at: b.at } : {}) },
    otherwise: "noise",
    meets: `${pair.table} ${h.name}`,
    without: exchanged(h.policy, b.policy, (s, policy) =>
      replaceChain(s, pair.family, pair.table, h.name, (c) => ({ ...c, policy })),
    ),
  };
}

function chainOnly(pair: Pair, side: SideName, chain: Chain): Draft {
  const at = chain.at ?? chain.rules.at(0)?.at;
  const n = chain.rules.length;
  return {
    about: "chain",
    says: words(
      `chain ${chain.name} of ${pair.table} (${n} ${n === 1 ? "rule" : "rules"}) is on the ${side} node only`,
      `${pair.table} 表的 ${chain.name} 链（${n} 条规则）只在${side === "healthy" ? "正常" : "异常"}节点上`,
    ),
    [side]: { text: `:${chain.name}`, ...(at ? { at } : {}) },
    otherwise: classOf(pair, isKube(chain.name)),
    meets: `${pair.table} ${chain.name}`,
    without: {
      [side]: (s: NodeSnapshot) =>
        replaceChain(s, pair.family, pair.table, chain.name, (c) => ({ ...c, rules: ruleList([]) })),
    },
  };
}

/** third-party: not kube-proxy's; build: another version writes it; unknown: the other side may have it unseen. */
function classOf(pair: Pair, kube: boolean): Draft["otherwise"] {
  if (!kube) return "third-party";
  const { healthy, broken } = pair;
  if (healthy.print.mode !== broken.print.mode || !rangesMeet(healthy.print.range, broken.print.range)) return "build";
  return "unknown";
}

interface Known {
  readonly rule: Rule;
  readonly meaning: string;
}
/** Of rules in one chain and in the other. */
type Places = readonly [readonly number[], readonly number[]];
/** Rules of two chains, or those at some places. What one of the chains does not show is left out of both: it is no difference. */
function read(chain: Chain, other: Chain, places?: Places): readonly [Known[], Known[]] {
  const lists = places
    ? [places[0].flatMap((i) => chain.rules.at(i) ?? []), places[1].flatMap((i) => other.rules.at(i) ?? [])]
    : [[...rulesOf(chain.rules)], [...rulesOf(other.rules)]];
  const hidden = hiddenIn(lists);
  const [here = [], there = []] = lists.map((list) =>
    list.map((rule) => ({ rule, meaning: meaningOf(asShown(rule, hidden)) })),
  );
  return [here, there];
}

function* compareChain(pair: Pair, h: Chain, b: Chain): Generator<Draft> {
  const lines = h.rules.lines;
  const others = b.rules.lines;
  if (lines && others?.sameAs(lines)) return;
  // rules of the same line mean the same, and are most of a large chain: they need not be read
  const unlike = others && lines?.unlike(others);
  const [there, here] = read(h, b, unlike);
  const left = unmatched(there, here);
  const right = unmatched(here, there);
  if (left.length === 0 && right.length === 0) {
    if (!unordered.has(h.name) && !sameOrder(unlike ? read(h, b) : [there, here])) yield reordered(pair, h, b);
    return;
  }
  const byOutline = new Map<string, Known[]>();
  for (const known of right) {
    const outline = outlineOf(known.meaning);
    const list = byOutline.get(outline);
    if (list) list.push(known);
    else byOutline.set(outline, [known]);
  }
  const paired = new Set<Known>();
  for (const known of left) {
    const partner = byOutline.get(outlineOf(known.meaning))?.shift();
    if (partner) paired.add(partner);
    yield ruleDraft(pair, h.name, known, partner);
  }
  for (const known of right) if (!paired.has(known)) yield ruleDraft(pair, h.name, undefined, known);
}

const sameOrder = ([there, here]: readonly [Known[], Known[]]): boolean =>
  there.length === here.length && there.every((known, i) => known.meaning === here[i]?.meaning);

/** Rules of `list` that `other` has fewer of. */
function unmatched(list: readonly Known[], other: readonly Known[]): Known[] {
  const counts = new Map<string, number>();
  for (const { meaning } of other) counts.set(meaning, (counts.get(meaning) ?? 0) + 1);
  return list.filter(({ meaning }) => {
    const n = counts.get(meaning) ?? 0;
    if (n > 0) counts.set(meaning, n - 1);
    return n === 0;
  });
}

function reordered(pair: Pair, h: Chain, b: Chain): Draft {
  const shown = (chain: Chain): { text: string; at?: Span } => {
    const at = chain.at ?? chain.rules.at(0)?.at;
    return { text: chain.name, ...(at ? { at } : {}) };
  };
  return {
    about: "chain",
    says: words(
      `the rules of ${pair.table} ${h.name} stand in another order`,
      `${pair.table} ${h.name} 中规则的顺序不同`,
    ),
    healthy: shown(h),
    broken: shown(b),
    otherwise: isKube(h.name) ? "noise" : "third-party",
    meets: `${pair.table} ${h.name}`,
    without: exchanged(h.rules, b.rules, (s, rules) =>
      replaceChain(s, pair.family, pair.table, h.name, (c) => ({ ...c, rules })),
    ),
  };
}

function ruleDraft(pair: Pair, chain: string, healthy: Known | undefined, broken: Known | undefined): Draft {
  const one = healthy ?? broken;
  const target = one?.rule.target?.name ?? "";
  const kube = isKube(chain) || isKube(target);
  const sameOutline = healthy && broken;
  const remove = (known: Known) => (s: NodeSnapshot) => replaceRule(s, pair.family, known.rule);
  return {
    about: "rule",
    says: saysRule(pair, chain, healthy, broken),
    ...(healthy ? { healthy: { text: printRule(healthy.rule), at: healthy.rule.at } } : {}),
    ...(broken ? { broken: { text: printRule(broken.rule), at: broken.rule.at } } : {}),
    otherwise: sameOutline && kube && onlyBuild(healthy, broken) ? "build" : classOf(pair, kube),
    meets: `${pair.table} ${chain}`,
    without: { ...(healthy ? { healthy: remove(healthy) } : {}), ...(broken ? { broken: remove(broken) } : {}) },
  };
}

const onlyBuild = (a: Known, b: Known): boolean =>
  a.meaning.replace(" --random-fully", "") === b.meaning.replace(" --random-fully", "");

function saysRule(pair: Pair, chain: string, healthy: Known | undefined, broken: Known | undefined): Words {
  const where = `${pair.table} ${chain}`;
  if (healthy && broken) return words(`a rule of ${where} differs`, `${where} 中有一条规则不同`);
  return healthy
    ? words(`a rule of ${where} is on the healthy node only`, `${where} 中有一条规则只在正常节点上`)
    : words(`a rule of ${where} is on the broken node only`, `${where} 中有一条规则只在异常节点上`);
}
