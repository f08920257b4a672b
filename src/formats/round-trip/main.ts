import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Checked, checkSaved, checkSpellings } from "./check.ts";
import { checkSets } from "./ipset.ts";
import { KernelTables, runTool } from "./kernel.ts";
import { checkListed, type ListedCount } from "./listed.ts";
import { loadSpellings, type Refused, type Spelling } from "./load.ts";
import { mixtures } from "./mixtures.ts";
import { checkRuleset, writtenRulesets } from "./rulesets.ts";
import { dropSets, makeSets } from "./sets.ts";
import { caseSpellings } from "./spellings.ts";

const usage = `usage: npm run roundtrip -- [--verbose] [--record]
Loads rules in every spelling with this machine's own tools into a network namespace of its own, and checks that what the
kernel gives back is read and printed as it was. --record keeps what it saves, for machines that cannot run this. Needs root, Linux, iptables, ip6tables and ipset; says so where it cannot run.`;

/** Where recorded texts are kept, from the top of the checkout. */
const fixtures = "src/formats/round-trip/fixtures";

const tablesTried = ["filter", "nat", "mangle", "raw"] as const;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Why this machine cannot load rules. */
function obstacle(): string | undefined {
  if (process.platform !== "linux") return "this is not Linux";
  if (process.getuid?.() !== 0) return "needs root";
  for (const tool of [
    "iptables-legacy-save",
    "iptables-nft-save",
    "ip6tables-legacy-save",
    "ip6tables-nft-save",
    "ipset",
  ]) {
    const { ok, err } = runTool(tool, ["--version"]);
    if (!ok) return `${tool}: ${err.trim()}`;
  }
  const { ok, err } = runTool("unshare", ["-n", "true"]);
  return ok ? undefined : `no network namespace of its own: ${err.trim()}`;
}

function main(): number {
  const { values } = parseArgs({
    options: {
      verbose: { type: "boolean" },
      record: { type: "boolean" },
      inside: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    say(usage);
    return 0;
  }
  if (values.inside) return compare(values.verbose === true, values.record === true);
  const reason = obstacle();
  if (reason !== undefined) {
    say(`not run: ${reason}`);
    say("0 passed, 0 failed, 1 skipped");
    return 0;
  }
  const [node = "", ...args] = process.argv;
  return spawnSync("unshare", ["-n", node, ...args, "--inside"], { stdio: "inherit" }).status ?? 1;
}

/** Mixtures tried with each backend and family. */
const mixed4each = 250;

/** Spellings for table filter that need nothing of their own in the kernel's memory. */
const isMixable = ({ table, about }: Spelling): boolean =>
  table === "filter" && !/^(?:rateest|hashlimit|recent|nfacct)$/.test(about);

function compare(verbose: boolean, record: boolean): number {
  const spellings = caseSpellings();
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  const count = ({ identical, differences }: Checked): void => {
    passed += identical;
    failed += differences.length;
    for (const { where, written, kernel, natlens } of differences) {
      say(`${where}${written === undefined ? "" : `: ${written}`}`);
      say(`  kernel   ${kernel}`);
      say(`  natlens  ${natlens}`);
    }
  };
  for (const family of [4, 6] as const)
    for (const backend of ["legacy", "nft"] as const) {
      const tables = new KernelTables(family, backend);
      const own = spellings.filter((one) => one.family === family);
      const noSets = makeSets(
        own.map(({ text }) => text),
        family,
      );
      if (noSets !== undefined) say(`${tables.title}: sets could not be made: ${noSets}`);
      const refused: Refused[] = [];
      const listed: ListedCount = { rules: 0, equal: 0, hidden: 0, undecided: 0, incomplete: new Set() };
      const taken: Spelling[] = [];
      for (const table of tablesTried) {
        const result = loadSpellings(
          tables,
          table,
          own.filter((one) => one.table === table),
        );
        refused.push(...result.refused);
        taken.push(...result.accepted);
        count(checkSpellings(tables, table, result.accepted));
        count({ identical: 0, differences: checkListed(tables, table, listed) });
      }
      const saved = tables.save();
      count(checkSaved(`${tables.title}, saved`, saved));
      count(checkSaved(`${tables.title}, saved with counters`, tables.save({ counters: true })));
      if (record) writeFileSync(join(fixtures, `${tables.name}.txt`), saved);
      passed += listed.equal;
      skipped += refused.length;
      say(`${tables.title}: ${taken.length} spellings loaded, ${refused.length} not: ${byName(refused)}`);
      say(
        `${tables.title}: ${listed.rules} rows listed, ${listed.equal} equal, ${listed.hidden} hide something, ${listed.undecided} undecided`,
      );
      if (verbose) for (const rule of listed.incomplete) say(`  listed in part: ${rule}`);
      if (verbose) for (const { spelling, reason } of refused) say(`  ${spelling.text}\n    ${reason}`);
      tables.clear();
      const mixed = loadSpellings(tables, "filter", mixtures(taken.filter(isMixable), family, mixed4each));
      count(checkSpellings(tables, "filter", mixed.accepted));
      skipped += mixed.refused.length;
      say(`${tables.title}: ${mixed.accepted.length} mixtures loaded, ${mixed.refused.length} not`);
      if (verbose) for (const { spelling, reason } of mixed.refused) say(`  ${spelling.text}\n    ${reason}`);
      tables.clear();
      dropSets();
      for (const ruleset of writtenRulesets().filter(({ name }) =>
        name.includes(family === 6 ? ".ip6tables." : ".iptables."),
      )) {
        const checked = checkRuleset(tables, ruleset);
        if (typeof checked !== "string") count(checked);
        else {
          skipped++;
          say(`${tables.title}: ${ruleset.name} not loaded: ${checked}`);
        }
      }
    }
  const sets = checkSets();
  count(sets);
  skipped += sets.refused.length;
  say(`ipset: ${sets.loaded} lines loaded, ${sets.refused.length} not`);
  if (verbose) for (const line of sets.refused) say(`  ${line}`);
  say(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed === 0 ? 0 : 1;
}

/** `set 5, l2tp 1`. */
function byName(refused: readonly Refused[]): string {
  const counts = new Map<string, number>();
  for (const { spelling } of refused) counts.set(spelling.about, (counts.get(spelling.about) ?? 0) + 1);
  return [...counts].map(([name, n]) => `${name} ${n}`).join(", ");
}

process.exitCode = main();
