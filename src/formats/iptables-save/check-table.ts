import type { Diagnostic, Severity } from "../../base/diagnostic.ts";
import { type Words, words } from "../../base/words.ts";
import { builtInChains, isBuiltIn, type TableName } from "../../model/netfilter/hook.ts";
import type { Rule } from "../../model/netfilter/rule.ts";
import { targets } from "../../model/netfilter/targets/index.ts";
import type { Lines } from "../format.ts";
import type { Block } from "./block.ts";
import type { RuleLines } from "./rule-lines.ts";

/** Jumps of one chain: where to, and the first line that does it. */
type Jumps = Map<string, number>;

/** What the kernel could not have printed, rule by rule; every rule of the table is read here once. */
export function checkTable(
  block: Block,
  table: TableName,
  rules: RuleLines,
  lines: Lines,
  report: (diagnostic: Diagnostic) => void,
): void {
  const say = (code: string, severity: Severity, line: number, message: Words): void =>
    report({ code: `iptables-save/${code}`, severity, at: lines.span(line), message });
  const chainsShown = [...block.chains.values()].some((chain) => chain.declaredAt !== undefined);
  const numbers = new Map<string, number>();
  const jumps = new Map<string, Jumps>();
  const missing = new Set<string>();

  const checkTarget = (rule: Rule, line: number): void => {
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
    if (isBuiltIn(table, name))
      say(
        "jump-to-built-in",
        "error",
        line,
        words(`No rule can jump to the built-in chain ${name}.`, `规则不能跳转到内置链 ${name}。`),
      );
    else if (block.chains.has(name)) {
      const own = jumps.get(rule.chain) ?? new Map<string, number>();
      if (!own.has(name)) own.set(name, line);
      jumps.set(rule.chain, own);
    } else if (block.committed && chainsShown && !missing.has(name)) {
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

  for (const [i, line] of block.ruleLines.entries()) {
    const chain = block.ruleChains[i] ?? "";
    const number = (numbers.get(chain) ?? 0) + 1;
    numbers.set(chain, number);
    const rule = rules.parse(line, number, report);
    if (rule) checkTarget(rule, line);
  }
  for (const chain of block.chains.values()) {
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
  for (const line of cycles(jumps, table))
    say(
      "cyclic-jump",
      "error",
      line,
      words("This jump leads back to a chain it comes from.", "该跳转会回到它来自的链。"),
    );
}

/** Lines of jumps that close a loop; the kernel refuses such rules. Depth first without recursion, as chains may nest deep. */
function cycles(jumps: ReadonlyMap<string, Jumps>, table: TableName): readonly number[] {
  const found: number[] = [];
  const done = new Set<string>();
  const roots = [...builtInChains[table], ...jumps.keys()];
  for (const root of roots) {
    const path: { readonly chain: string; readonly next: Iterator<[string, number]> }[] = [];
    const onPath = new Set<string>();
    const enter = (chain: string): void => {
      path.push({ chain, next: (jumps.get(chain) ?? new Map<string, number>()).entries() });
      onPath.add(chain);
    };
    if (!done.has(root)) enter(root);
    for (let top = path[path.length - 1]; top; top = path[path.length - 1]) {
      const step = top.next.next();
      if (step.done) {
        path.pop();
        onPath.delete(top.chain);
        done.add(top.chain);
        continue;
      }
      const [to, line] = step.value;
      if (onPath.has(to)) found.push(line);
      else if (!done.has(to)) enter(to);
    }
  }
  return found;
}
