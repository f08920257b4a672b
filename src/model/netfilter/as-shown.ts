import { matches } from "./matches/index.ts";
import type { Rule } from "./rule.ts";

/** What a listing may leave out of a rule. */
export type Hidden = NonNullable<Rule["hidden"]>[number];

/** The rule without what a listing with these gaps does not show, so that it compares with one of such a listing. */
export function asShown(rule: Rule, hidden: ReadonlySet<Hidden>): Rule {
  if (hidden.size === 0) return rule;
  const { in: _in, out: _out, ...others } = rule.header;
  return {
    ...rule,
    header: hidden.has("interfaces") ? others : rule.header,
    matches: !hidden.has("options")
      ? rule.matches
      : rule.matches.map((match) => {
          const shown = match.value === undefined ? undefined : matches.get(match.name)?.shown;
          return shown ? { ...match, value: shown(match.value) } : match;
        }),
  };
}

/** What the rules of two lists hide, taken together. */
export function hiddenIn(lists: readonly (readonly Rule[])[]): ReadonlySet<Hidden> {
  const hidden = new Set<Hidden>();
  for (const list of lists) for (const rule of list) for (const one of rule.hidden ?? []) hidden.add(one);
  return hidden;
}
