import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { playCase, type RecordedCase } from "./cases.ts";
import { type CaseResult, report } from "./result.ts";
import { playScenario, scenarioFolders } from "./scenarios.ts";

const usage =
  "usage: npm run conformance -- [--cases FILE]... [--scenarios DIR]...\nWithout arguments: the recordings kept in the project.";

/** Recordings that belong to the project, played when nothing is named. */
const own = {
  cases: ["src/simulate/conformance/fixtures/cases.jsonl", "src/simulate/conformance/fixtures/more-cases.jsonl"],
  scenarios: ["src/simulate/conformance/fixtures/scenarios"],
};

function main(): number {
  const { values } = parseArgs({
    options: {
      cases: { type: "string", multiple: true },
      scenarios: { type: "string", multiple: true },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const asked =
    values.cases || values.scenarios ? { cases: values.cases ?? [], scenarios: values.scenarios ?? [] } : own;
  const results: CaseResult[] = [];
  for (const file of asked.cases)
    for (const line of readFileSync(file, "utf8").split("\n"))
      if (line.trim() !== "")
        results.push(guarded(() => playCase(JSON.parse(line) as RecordedCase), line.slice(0, 80)));
  for (const dir of asked.scenarios)
    for (const folder of scenarioFolders(dir)) results.push(guarded(() => playScenario(folder), folder));
  const passed = report(results, (line) => process.stdout.write(`${line}\n`));
  return passed && results.length > 0 ? 0 : 1;
}

/** A crash is a failed case, with its reason. */
function guarded(play: () => CaseResult, name: string): CaseResult {
  try {
    return play();
  } catch (error) {
    return {
      name,
      verdict: "failed",
      details: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
    };
  }
}

process.exitCode = main();
