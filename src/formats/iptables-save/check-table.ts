import type { Diagnostic, Severity } from "../../base/diagnostic.ts";
import type { Defect } from "../../base/diagnostic-codes.ts";
import type { Steps } from "../../base/steps.ts";
import { type Words, words } from "../../base/words.ts";
import { isBuiltIn, type TableName } from "../../model/netfilter/hook.ts";
import type { Rule } from "../../model/netfilter/rule.ts";
import { targets } from "../../model/netfilter/targets/index.ts";
import type { Lines } from "../format.ts";
import type { Block } from "./block.ts";
import { cycles } from "./cycles.ts";
import type { RuleLines } from "./rule-lines.ts";

/** Work, as `RuleLines` counts it, between two yields: about a millisecond. */
const stretch = 1 << 17;

/** What the kernel could not have printed, rule by rule; every rule of the table is read here once. Yields lines that are done. */
export function* checkTable(
  block: Block,
  table: TableName,
  rules: RuleLines,
  lines: Lines,
  report: (diagnostic: Diagnostic) => void,
): Steps<void> {
  const say = (code: Defect<"iptables-save">, severity: Severity, line: number, message: Words): void =>
    report({ code: `iptables-save/${code}`, severity, at: lines.span(line), message });
  const chains = block.chains.list;
  // Where lines change rules, chains may have been there before.
  const chainsShown = block.changes.length === 0 && chains.some((chain) => chain.declaredAt !== undefined);
  const numbers = new Int32Array(chains.length);
  const jumps = new Int32Array(rules.order.length).fill(-1);
  const missing = new Set<string>();

  const checkTarget = (rule: Rule, place: number, line: number): void => {
    const { target } = rule;
    if (!target) return;
    const only = target.kind === "extension" ? targets.get(target.name)?.tables : undefined;
    if (only && !only.includes(table))
      say(
        "target-in-wrong-table",
        "error",
        line,
        words(`${target.name} does not stand in table ${table}.`, `表 ${table} 中不会有 ${target.name}。`),
      );
    if (target.kind !== "chain") return;
    const { name } = target;
    const to = rules.chainNamed(name);
    if (isBuiltIn(table, name))
      say(
        "jump-to-built-in",
        "error",
        line,
        words(`No rule can jump to the built-in chain ${name}.`, `规则不能跳转到内置链 ${name}。`),
      );
    else if (to) jumps[place] = to.index;
    else if (block.committed && chainsShown && !missing.has(name)) {
      missing.add(name);
      say(
        "chain-missing",
        "error",
        line,
        words(
          `The rule goes to chain ${name}, which table ${table} does not have.`,
          `该规则跳转到链 ${name}，但表 ${table} 中没有这条链。`,
        ),
      );
    }
  };

  const { ruleLines, ruleChains } = block;
  /** Reads rules from `first` on for a while; gives the next one. */
  const readSome = (first: number): number => {
    const until = rules.work + stretch;
    let i = first;
    for (; i < ruleLines.length && rules.work < until; i++) {
      const line = ruleLines[i] ?? 0;
      const chain = chains[ruleChains[i] ?? 0];
      if (!chain) continue;
      const before = numbers[chain.index] ?? 0;
      numbers[chain.index] = before + 1;
      const rule = rules.parse(chain.name, line, before + 1, report);
      if (rule) checkTarget(rule, (rules.starts[chain.index] ?? 0) + before, line);
    }
    return i;
  };
  rules.prepare();
  for (let i = readSome(0); i < ruleLines.length; i = readSome(i)) yield ruleLines[i] ?? 0;
  rules.rest();
  for (const chain of chains) {
    const { name, declaredAt, policy, firstRule } = chain;
    if (declaredAt === undefined) {
      if (chainsShown && firstRule !== undefined && !isBuiltIn(table, name))
        say(
          "chain-not-declared",
          "error",
          firstRule,
          words(`Chain ${name} has rules but is not declared.`, `链 ${name} 有规则，却没有声明。`),
        );
    } else if (policy !== undefined && !isBuiltIn(table, name))
      say(
        "policy-on-user-chain",
        "error",
        declaredAt,
        words(
          `${name} is no built-in chain of table ${table} and has no policy.`,
          `${name} 不是表 ${table} 的内置链，不能有默认策略。`,
        ),
      );
    else if (policy === undefined && isBuiltIn(table, name) && !block.listing)
      say(
        "policy-missing",
        "error",
        declaredAt,
        words(
          `The built-in chain ${name} has a policy, which is not given.`,
          `内置链 ${name} 应有默认策略，此处缺失。`,
        ),
      );
  }
  const looping = cycles({ starts: rules.starts, to: jumps });
  let step = looping.next();
  for (; !step.done; step = looping.next()) yield block.to;
  for (const place of step.value)
    say(
      "cyclic-jump",
      "error",
      rules.order[place] ?? 0,
      words("This jump leads back to a chain it comes from.", "该跳转会回到它来自的链。"),
    );
}
