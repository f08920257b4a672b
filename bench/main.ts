import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { sourceText } from "../src/base/source.ts";
import { readNode } from "../src/formats/read.ts";
import { natDump } from "./dump.ts";

/**
 * Measures natlens beside the tools that people would run instead. Each figure is the median of five runs after one
 * that does not count; tools that are not installed are left out, and said so.
 */
const runs = 5;

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function timed(work: () => void): number {
  const times: number[] = [];
  for (let i = 0; i <= runs; i++) {
    const started = performance.now();
    work();
    if (i > 0) times.push(performance.now() - started);
  }
  return median(times);
}

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const row = (what: string, ms: number, note = ""): boolean =>
  print(`${what.padEnd(58)}${ms.toFixed(0).padStart(8)} ms  ${note}`);

const onPath = (program: string): string | undefined =>
  [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"]
    .map((dir) => join(dir, program))
    .find((path) => existsSync(path));

function tool(
  what: string,
  program: string,
  args: readonly string[],
  input: string | undefined,
  good: readonly number[],
): number | undefined {
  const path = onPath(program);
  if (!path) {
    print(`${what.padEnd(58)}       -     ${program} is not installed`);
    return undefined;
  }
  let status: number | null = null;
  const ms = timed(() => {
    ({ status } = spawnSync(path, args, {
      ...(input === undefined ? {} : { input }),
      stdio: ["pipe", "ignore", "ignore"],
      maxBuffer: 1 << 30,
    }));
  });
  if (status === null || !good.includes(status)) {
    print(`${what.padEnd(58)}       -     ${program} exits ${status}: not usable here`);
    return undefined;
  }
  row(what, ms);
  return ms;
}

const dir = mkdtempSync(join(tmpdir(), "natlens-bench-"));
try {
  const size = { services: 11_800, endpoints: 5 };
  const healthy = natDump({ ...size, differ: 0 });
  const broken = natDump({ ...size, differ: 50 });
  const files = [join(dir, "healthy.txt"), join(dir, "broken.txt")] as const;
  writeFileSync(files[0], healthy);
  writeFileSync(files[1], broken);
  const lines = healthy.split("\n").filter((line) => line.startsWith("-A")).length;
  print(`one dump: ${lines} rules, ${(healthy.length / 1e6).toFixed(1)} MB; Node ${process.version}`);
  const ours = timed(() => {
    readNode([sourceText("healthy/0", "healthy.txt", healthy)]);
  });
  row("natlens reads it (in process, warm)", ours, `${((lines / ours) * 1000).toFixed(0)} rules/s`);
  const before = process.memoryUsage();
  const kept = readNode([sourceText("healthy/0", "healthy.txt", healthy)]);
  globalThis.gc?.();
  const after = process.memoryUsage();
  const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  if (globalThis.gc)
    print(
      `kept beside the text: about ${((grown - healthy.length) / lines).toFixed(0)} bytes a rule (${kept.segments.length} segment)`,
    );
  tool("iptables-nft-restore --test (whole process)", "iptables-nft-restore", ["--test"], healthy, [0]);
  tool("iptables-legacy-restore --test (whole process)", "iptables-legacy-restore", ["--test"], healthy, [0]);
  const natlens = process.argv[1]?.replace(/bench([^/\\]*)$/, "natlens$1");
  if (natlens && existsSync(natlens)) {
    const parse = timed(() => spawnSync(process.execPath, [natlens, "parse", files[0], "--json"], { stdio: "ignore" }));
    row("natlens parse (whole process)", parse);
    const diff = timed(() =>
      spawnSync(process.execPath, [natlens, "diff", "--healthy", files[0], "--broken", files[1], "--json"], {
        stdio: "ignore",
      }),
    );
    row("natlens diff, both dumps (whole process)", diff);
  }
  tool("diff (whole process)", "diff", [...files], undefined, [0, 1]);
  tool("git diff --no-index (whole process)", "git", ["diff", "--no-index", ...files], undefined, [0, 1]);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
