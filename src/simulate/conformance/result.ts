/** What became of one recorded case. */
export interface CaseResult {
  readonly name: string;
  readonly verdict: "passed" | "failed" | "skipped";
  /** Each disagreement, or for `skipped` what is not modelled. */
  readonly details: readonly string[];
}

/** Prints what is not passed and the closing line; tells whether all passed. */
export function report(results: readonly CaseResult[], print: (line: string) => void): boolean {
  const count = (verdict: CaseResult["verdict"]): number => results.filter((r) => r.verdict === verdict).length;
  for (const result of results) {
    if (result.verdict === "passed") continue;
    print(`${result.verdict === "failed" ? "FAILED " : "skipped"} ${result.name}`);
    for (const detail of result.details) for (const line of detail.split("\n")) print(`    ${line}`);
  }
  print(`${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`);
  return count("failed") === 0;
}
