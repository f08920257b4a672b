import { assert } from "../../base/assert.ts";
import type { Diagnostic } from "../../base/diagnostic.ts";
import type { Family } from "../../model/net/ip.ts";
import type { TableName } from "../../model/netfilter/hook.ts";
import { parseRule } from "../../model/netfilter/parse-rule.ts";
import type { Rule } from "../../model/netfilter/rule.ts";
import { targets } from "../../model/netfilter/targets/index.ts";

/** A rule that nobody pasted stands nowhere; spans of it point into a source that does not exist. */
const model = "model";

/** A rule from its text, `-A CHAIN …`. Undefined, with the reasons, where it cannot be read. */
export function readRule(
  text: string,
  table: TableName,
  family: Family,
): { readonly rule?: Rule; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const rule = parseRule(text, {
    table,
    family,
    number: 1,
    at: (from, to) => ({ source: model, from, to: Math.max(to, from + 1) }),
    whole: () => ({ source: model, from: 0, to: Math.max(1, text.length) }),
    report: (diagnostic) => diagnostics.push(diagnostic),
    isChain: (name) => targets.get(name) === undefined,
  });
  return { ...(rule ? { rule } : {}), diagnostics };
}

/** A rule that natlens itself words: it can always be read. */
export function ruleFrom(text: string, table: TableName, family: Family): Rule {
  const { rule } = readRule(text, table, family);
  assert(rule?.understood, `unreadable rule ${text}`);
  return rule;
}
