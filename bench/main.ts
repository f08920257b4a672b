import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { arch, cpus, release, tmpdir, type } from "node:os";
import { join } from "node:path";
import { benchmarks } from "./index.ts";

/**
 * `npm run bench` runs all of them, `npm run bench -- parse` one. They run natlens as people do, as a process of its own,
 * beside the tools that people would run instead; what is not installed is left out, and said so.
 */
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !benchmarks.some((b) => b.name === name));
if (unknown.length > 0) {
  console.error(`no such benchmark: ${unknown.join(", ")}`);
  for (const { name, does } of benchmarks) console.error(`  ${name.padEnd(12)}${does}`);
  process.exit(2);
}
// The command line is built from the same sources first: an older build must not be measured.
const built = spawnSync(process.execPath, [join(".ci", "run-entry.mjs"), "natlens", "help"], { stdio: "ignore" });
if (built.error) throw built.error;
print(
  `${cpus().length} × ${cpus()[0]?.model.trim() ?? arch()}, ${type()} ${release()}, Node ${process.version}; processor time (user and system), medians`,
);
for (const benchmark of benchmarks.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
  print(`\n${benchmark.name}: ${benchmark.does}`);
  const folder = mkdtempSync(join(tmpdir(), "natlens-bench-"));
  try {
    benchmark.run(folder, print);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
