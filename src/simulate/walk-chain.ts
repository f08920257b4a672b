import { words } from "../base/words.ts";
import type { FieldChange, Packet } from "../model/net/packet.ts";
import type { Hook, TableName } from "../model/netfilter/hook.ts";
import { printRule } from "../model/netfilter/print-rule.ts";
import type { Rule, RuleTarget } from "../model/netfilter/rule.ts";
import type { Chain, Ruleset, Table } from "../model/netfilter/ruleset.ts";
import { targets } from "../model/netfilter/targets/index.ts";
import type { TargetEffect } from "../model/netfilter/targets/target.ts";
import { candidates } from "./chain-index.ts";
import type { Skb } from "./conntrack.ts";
import { hasNoEffect, ruleKey, ruleMatches, ruleQuestion } from "./match-rule.ts";
import { applyNat } from "./nat-target.ts";
import { assumePartial, chainCut, chainUnseen, tableUnseen } from "./not-pasted.ts";
import { changesBetween, familyOfPacket } from "./packet.ts";
import type { Run } from "./run.ts";
import type { Ending, Place, RuleVerdict } from "./trace.ts";

/** A walk that lets the packet go on gives null. */
export type Halt = Ending | null;

/** More rules than this in one walk of one table means jumps that never end; the kernel refuses such tables. */
const mostRules = 400_000;
const deepest = 128;
/** Steps and choices of one way: what a packet of a real node meets stays far below, and all of it is kept. */
const mostSteps = 3_000;
const mostChoices = 10_000;

const inertTargets = new Set(["LOG", "NFLOG", "ULOG", "TRACE", "AUDIT", "RATEEST", "LED", "IDLETIMER"]);

interface Frame {
  readonly chain: Chain;
  /** Positions of the rules to try; undefined: one after the other. */
  readonly only: readonly number[] | undefined;
  /** Index into `only`, or of the next rule. */
  next: number;
}

const enter = (chain: Chain, packet: Packet): Frame => ({ chain, only: candidates(chain.rules, packet), next: 0 });
/** Behind the last rule. */
const atEnd = (chain: Chain): Frame => ({ chain, only: [], next: 0 });
function nextRule(frame: Frame): Rule | undefined {
  const at = frame.next++;
  const index = frame.only ? frame.only[at] : at;
  return index === undefined ? undefined : frame.chain.rules.at(index);
}

/**
 * ipt_do_table: the base chain of one table at one hook, from its first rule to a verdict. Where both iptables backends hold
 * rules, both hang at the hook with one priority, and both are run.
 */
export function walkTable(run: Run, skb: Skb, hook: Hook, name: TableName): Halt {
  const ruleset = run.world.snapshot.iptables.get(familyOfPacket(skb.packet));
  const main = (): Halt => walkOf(run, skb, hook, name, ruleset);
  const other = ruleset?.other?.tables.get(name)?.chains.get(hook);
  if (!other || (other.rules.length === 0 && (other.policy ?? "ACCEPT") === "ACCEPT")) return main();
  const beside = (): Halt => {
    run.backend = ruleset?.other?.tool?.backend ?? "legacy";
    const halt = walkOf(run, skb, hook, name, ruleset?.other);
    run.backend = undefined;
    return halt;
  };
  if (name !== "nat") return main() ?? beside();
  const [first, second] = natFirst(run, ruleset, hook, main, beside);
  const before = { ...skb.connection };
  const halt = first();
  // nf_nat_inet_fn: a chain that set an address is the last one asked
  const settled = skb.connection?.snat !== before.snat || skb.connection?.dnat !== before.dnat;
  return halt ?? (settled ? null : second());
}

/** Of two nat chains with one priority the one that was registered last comes first (nf_hook_entries_grow): no dump of rules tells. */
function natFirst<T>(run: Run, ruleset: Ruleset | undefined, hook: Hook, main: T, beside: T): readonly [T, T] {
  if (!ruleset?.tables.get("nat")?.chains.get(hook)?.rules.length) return [main, beside];
  const name = ruleset.other?.tool?.backend === "nft" ? "iptables-nft" : "iptables-legacy";
  const question = words(
    `Do the nat rules of ${name} come before those of the other backend? (nft list hooks)`,
    `${name} 的 nat 规则是否先于另一后端的？（nft list hooks）`,
  );
  return run.unknown("backend-order", question) ? [beside, main] : [main, beside];
}

function walkOf(run: Run, skb: Skb, hook: Hook, name: TableName, ruleset: Ruleset | undefined): Halt {
  const table = ruleset?.tables.get(name);
  if (!table) return ruleset?.complete || name === "security" ? null : tableUnseen(run, skb, hook, name);
  if (table.state === "partial") assumePartial(run, table);
  const base = table.chains.get(hook);
  return base ? walk(run, skb, hook, table, base) : null;
}

function walk(run: Run, skb: Skb, hook: Hook, table: Table, base: Chain): Halt {
  const stack: Frame[] = [];
  let frame = enter(base, skb.packet);
  for (let count = 0; count < mostRules && stack.length < deepest; count++) {
    const rule = nextRule(frame);
    if (!rule) {
      const halt = table.cut?.has(frame.chain.name) ? chainCut(run, skb, table, frame.chain.name) : null;
      if (halt) return halt;
      const isBase = frame.chain === base;
      chainEnd(run, skb, hook, table, frame.chain, isBase, stack.length);
      if (isBase) return atPolicy(run, skb, hook, table, base);
      const back = stack.pop();
      frame = back ?? atEnd(base);
      continue;
    }
    run.rulesTried++;
    const matched = tryRule(run, skb, hook, rule);
    if (run.steps.length > mostSteps || run.choices.length > mostChoices) return tooMuch(run, skb, table);
    if (!matched) continue;
    const target = rule.target;
    const log = (verdict: RuleVerdict, changes: readonly FieldChange[] = [], before = skb.packet): void =>
      ruleStep(run, before, hook, table, rule, verdict, stack.length, changes);
    if (target === null) {
      log("CONTINUE");
      continue;
    }
    if (target.kind === "chain") {
      const chain = table.chains.get(target.name);
      log(target.goto ? "GOTO" : "JUMP");
      if (!chain) {
        const halt = chainUnseen(run, skb, table, target.name);
        if (halt) return halt;
        if (!target.goto) continue;
      }
      if (!target.goto) stack.push(frame);
      frame = chain ? enter(chain, skb.packet) : (stack.pop() ?? atEnd(base));
      continue;
    }
    const effect = effectOf(target, skb.packet);
    if (effect.kind === "verdict" && effect.verdict === "RETURN") {
      log("RETURN");
      frame = stack.pop() ?? atEnd(base);
      continue;
    }
    const outcome = carryOut(run, skb, hook, rule, effect, log);
    if (outcome === "continue") continue;
    return outcome;
  }
  return run.stop(
    "undecidable",
    "chain-loop",
    words(`The jumps of table ${table.name} do not end.`, `${table.name} 表中的跳转没有尽头。`),
    skb.packet,
  );
}

const tooMuch = (run: Run, skb: Skb, table: Table): Ending =>
  run.stop(
    "undecidable",
    "too-many-rules",
    words(
      `The packet meets more rules of table ${table.name} than natlens follows.`,
      `报文在 ${table.name} 表中遇到的规则多于 natlens 能跟踪的数量。`,
    ),
    skb.packet,
  );

function effectOf(target: RuleTarget, packet: Packet): TargetEffect {
  if (target.kind === "verdict")
    return { kind: "verdict", verdict: target.name as "ACCEPT" | "DROP" | "RETURN" | "QUEUE" };
  const module = targets.get(target.name);
  if (target.kind === "extension" && module && target.value !== undefined) return module.effect(target.value, packet);
  return { kind: "unknown", why: words(`Target ${target.name} is not modelled.`, `动作 ${target.name} 尚未建模。`) };
}

function tryRule(run: Run, skb: Skb, hook: Hook, rule: Rule): boolean {
  const matches = ruleMatches(run, skb, rule, hook);
  if (matches !== "unknown") return matches === "yes";
  if (hasNoEffect(rule, (name) => inertTargets.has(name))) return false;
  return run.unknown(`rule:${ruleKey(run, rule)}:${hook}:${run.direction}`, ruleQuestion(rule));
}

/** What the target does to the packet; `continue` goes on to the next rule. */
function carryOut(
  run: Run,
  skb: Skb,
  hook: Hook,
  rule: Rule,
  effect: TargetEffect,
  log: (verdict: RuleVerdict, changes?: readonly FieldChange[], before?: Packet) => void,
): Halt | "continue" {
  const before = skb.packet;
  const name = rule.target?.name ?? "";
  switch (effect.kind) {
    case "continue":
      log("CONTINUE");
      return "continue";
    case "mark": {
      setMark(skb, ((before.mark & ~effect.mask) ^ effect.value) >>> 0);
      log("CONTINUE", changesBetween(before, skb.packet), before);
      return "continue";
    }
    case "connmark": {
      connmark(skb, effect);
      log("CONTINUE", changesBetween(before, skb.packet), before);
      return "continue";
    }
    case "dscp":
      skb.packet = { ...before, tos: ((before.tos ?? 0) & ~effect.mask & 0xff) ^ effect.tos };
      log("CONTINUE", changesBetween(before, skb.packet), before);
      return "continue";
    case "ttl": {
      if (before.ttl !== undefined)
        skb.packet = {
          ...before,
          ttl:
            effect.operation === "set"
              ? effect.value
              : before.ttl + (effect.operation === "inc" ? effect.value : -effect.value),
        };
      log("CONTINUE", changesBetween(before, skb.packet), before);
      return "continue";
    }
    case "notrack":
      if (skb.state === null) skb.state = "UNTRACKED";
      log("CONTINUE");
      return "continue";
    case "verdict":
      if (effect.verdict === "ACCEPT") {
        log("ACCEPT");
        return null;
      }
      if (effect.verdict === "DROP") {
        log("DROP");
        return run.stop(
          "dropped",
          "rule-drop",
          words(
            `Rule ${rule.number} of ${rule.table} ${rule.chain} drops the packet.`,
            `${rule.table} 表 ${rule.chain} 链第 ${rule.number} 条规则丢弃了该报文。`,
          ),
          before,
        );
      }
      log("CONTINUE");
      return run.stop(
        "undecidable",
        "queued",
        words("The packet goes to a program in user space.", "报文被交给用户态程序处理。"),
        before,
      );
    case "reject":
      log("DROP");
      return run.stop(
        "refused",
        "rule-reject",
        words(
          `Rule ${rule.number} of ${rule.table} ${rule.chain} rejects the packet with ${effect.with}.`,
          `${rule.table} 表 ${rule.chain} 链第 ${rule.number} 条规则以 ${effect.with} 拒绝了该报文。`,
        ),
        before,
      );
    case "unknown":
      log("CONTINUE");
      return run.stop("undecidable", `target-not-modelled:${name}`, effect.why, before);
    default:
      return applyNat(run, skb, hook, rule, effect, log);
  }
}

function setMark(skb: Skb, mark: number): void {
  skb.packet = { ...skb.packet, mark };
}

/** net/netfilter/xt_connmark.c connmark_tg. Nothing happens without a connection. */
function connmark(skb: Skb, effect: Extract<TargetEffect, { kind: "connmark" }>): void {
  const connection = skb.connection;
  if (!connection) return;
  const { mark } = skb.packet;
  if (effect.operation === "set") connection.mark = ((connection.mark & ~effect.mask) ^ effect.value) >>> 0;
  else if (effect.operation === "save")
    connection.mark = ((connection.mark & ~effect.ctmask) ^ (mark & effect.nfmask)) >>> 0;
  else setMark(skb, ((mark & ~effect.nfmask) ^ (connection.mark & effect.ctmask)) >>> 0);
}

function atPolicy(run: Run, skb: Skb, _hook: Hook, table: Table, base: Chain): Halt {
  if (base.policy !== "DROP") return null;
  return run.stop(
    "dropped",
    "policy-drop",
    words(
      `The policy of ${table.name} ${base.name} drops the packet.`,
      `${table.name} 表 ${base.name} 链的默认策略丢弃了该报文。`,
    ),
    skb.packet,
  );
}

function chainEnd(run: Run, skb: Skb, hook: Hook, table: Table, chain: Chain, isBase: boolean, depth: number): void {
  const place: Place = {
    hook,
    table: table.name,
    chain: chain.name,
    rule: null,
    ...(chain.at ? { at: chain.at } : {}),
    ...(run.backend ? { backend: run.backend } : {}),
  };
  const verdict = isBase ? (chain.policy === "DROP" ? "DROP" : "ACCEPT") : "RETURN";
  const says = isBase
    ? words(`${table.name} ${chain.name}: policy ${verdict}`, `${table.name} ${chain.name}：默认策略 ${verdict}`)
    : words(`end of ${chain.name}`, `${chain.name} 链末尾，返回`);
  run.step(
    { kind: "chain-end", place, of: isBase ? "policy" : "end", verdict, rules: chain.rules.length, depth },
    { packet: skb.packet, changes: [], says },
  );
}

const texts = new WeakMap<Rule, string>();
/** The rule as iptables-save prints it; many packets meet the same one. */
function textOf(rule: Rule): string {
  const known = texts.get(rule);
  if (known !== undefined) return known;
  const text = printRule(rule);
  texts.set(rule, text);
  return text;
}

function ruleStep(
  run: Run,
  packet: Packet,
  hook: Hook,
  table: Table,
  rule: Rule,
  verdict: RuleVerdict,
  depth: number,
  changes: readonly FieldChange[],
): void {
  const beside = run.backend ? { backend: run.backend } : {};
  const place: Place = { hook, table: table.name, chain: rule.chain, rule: rule.number, at: rule.at, ...beside };
  const target = rule.target?.name ?? null;
  const says = words(
    `${table.name} ${rule.chain} rule ${rule.number} matches${target === null ? "" : `: ${target}`}`,
    `命中 ${table.name} ${rule.chain} 第 ${rule.number} 条规则${target === null ? "" : `：${target}`}`,
  );
  run.step({ kind: "rule", place, target, verdict, text: textOf(rule), depth }, { packet, changes, says });
}
