import type { Diagnostic } from "../../../base/diagnostic.ts";
import type { Family } from "../../net/ip.ts";
import { parseRule } from "../parse-rule.ts";
import type { Rule } from "../rule.ts";

export interface ReadRule {
  readonly rule: Rule | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads one rule of table nat; spans are its own columns. */
export function readRule(text: string, family: Family = 4, chains: readonly string[] = []): ReadRule {
  const diagnostics: Diagnostic[] = [];
  const at = (from: number, to: number) => ({ source: "rule", from, to });
  const rule = parseRule(text, {
    table: "nat",
    family,
    number: 1,
    at,
    whole: () => at(0, text.length),
    report: (diagnostic) => diagnostics.push(diagnostic),
    isChain: (name) => chains.includes(name),
  });
  return { rule, diagnostics };
}
