import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decode, type SourceText, sourceText } from "../../base/source.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import { rulesOf } from "../../model/netfilter/rule.ts";
import { readNode } from "../read.ts";
import { type Checked, checkSaved, type Difference } from "./check.ts";
import type { KernelTables } from "./kernel.ts";
import { dropSets, makeSets } from "./sets.ts";

/** Whole rule sets: what kube-proxy, Docker, CNI plug-ins and firewalls give to iptables-restore, in their own spellings. */
const folder = "src/formats/round-trip/rulesets";

export interface WrittenRuleset {
  readonly name: string;
  readonly text: string;
}

export const writtenRulesets = (): readonly WrittenRuleset[] =>
  readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));

/** Loads a rule set and compares what the kernel then has with what natlens makes of the text. A string: why it could not be loaded. */
export function checkRuleset(tables: KernelTables, { name, text }: WrittenRuleset): Checked | string {
  const where = `${tables.title}, ${name}`;
  tables.clear();
  const reason = makeSets([text], tables.family) ?? tables.restore(text);
  if (reason !== undefined) return reason;
  const saved = tables.save();
  tables.clear();
  dropSets();
  const written = rulesBySource(sourceText("written", name, text), tables.family, false);
  const kernel = rulesBySource(sourceText("saved", "saved", saved), tables.family, true);
  const differences: Difference[] = [];
  let identical = 0;
  for (const [chain, rules] of kernel) {
    const own = written.get(chain) ?? [];
    for (let i = 0; i < Math.max(rules.length, own.length); i++)
      if (rules[i] === own[i]) identical++;
      else differences.push({ where, kernel: rules[i] ?? "(no rule)", natlens: own[i] ?? "(no rule)" });
  }
  const again = checkSaved(where, saved);
  return { identical: identical + again.identical, differences: [...differences, ...again.differences] };
}

/** Rules of each chain, by `table chain`: as they stand there, or as natlens prints them. */
function rulesBySource(source: SourceText, family: 4 | 6, asWritten: boolean): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const table of readNode([source]).snapshot.iptables.get(family)?.tables.values() ?? [])
    for (const chain of table.chains.values())
      if (chain.rules.length > 0)
        found.set(
          `${table.name} ${chain.name}`,
          [...rulesOf(chain.rules)].map((rule) =>
            asWritten ? decode(source, rule.at.from, rule.at.to) : printRule(rule),
          ),
        );
  return found;
}
