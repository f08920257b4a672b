import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark } from "./benchmark.ts";
import { natDump } from "./nat-dump.ts";
import { policyDump } from "./policy-dump.ts";
import { inRounds, median, natlens, node, onPath, type Program, unshared, version } from "./programs.ts";
import { readingCosts } from "./reading-costs.ts";

const rounds = 3;
/** Services with five endpoints each; 16 rules and six chains a service. */
const growth = [1_250, 5_000, 12_500, 37_500, 62_500];

const rulesIn = (dump: string): number => dump.split("\n").filter((line) => /^(?:\[\d+:\d+\] )?-A/.test(line)).length;
const cell = (value: string): string => value.padStart(12);
const parseOf = (file: string): readonly [string, ...string[]] => [...natlens(), "parse", file];

/**
 * Reading one dump whole: every match and target of every rule typed, every word with its place, each name resolved. The restore
 * programs do the same with `--test`; diff only compares lines.
 */
export const parse: Benchmark = {
  name: "parse",
  does: "natlens parse beside iptables-restore --test and diff, on the same file of 200,000 rules",
  run(folder, print) {
    const shapes = [
      {
        what: "kube-proxy, nat",
        dump: natDump({ services: 12_500, endpoints: 5, differ: 0 }),
        other: natDump({ services: 12_500, endpoints: 5, differ: 50 }),
      },
      { what: "network policies, filter, counters", dump: policyDump(17_000), other: policyDump(17_001) },
    ];
    for (const [i, { what, dump, other }] of shapes.entries()) {
      const files = [join(folder, `shape-${i}.txt`), join(folder, `other-${i}.txt`)] as const;
      writeFileSync(files[0], dump);
      writeFileSync(files[1], other);
      print(`\n${what}: ${rulesIn(dump)} rules, ${(dump.length / 1e6).toFixed(1)} MB`);
      compare(folder, files, print);
    }
    const [first] = shapes;
    if (first) print(`\n${readingCosts(first.dump, rulesIn(first.dump))}`);
    grow(folder, print);
  },
};

function compare(folder: string, [file, other]: readonly [string, string], print: (line: string) => void): void {
  const empty = join(folder, "empty.mjs");
  const small = join(folder, "small.txt");
  writeFileSync(empty, "");
  writeFileSync(small, "*nat\nCOMMIT\n");
  const ours: Program = { what: "natlens parse", command: parseOf(file), good: [0] };
  const nodeStart: Program = { what: "  of which node's own start", command: [...node(), empty], good: [0] };
  const start: Program = { what: "  of which natlens's start, with node's", command: parseOf(small), good: [0] };
  const restores: Program[] = [];
  for (const name of ["iptables-nft-restore", "iptables-legacy-restore"]) {
    const path = onPath(name);
    const command = path && unshared([path, "--test"], small);
    if (command) restores.push({ what: `${name} --test (${version(path)})`, command, input: file, good: [0] });
    else print(`${name} is not ${path ? "usable here" : "installed"}`);
  }
  const programs = [ours, nodeStart, start, ...restores];
  const diff = onPath("diff");
  if (diff) programs.push({ what: `diff (${version(diff)})`, command: [diff, file, other], good: [0, 1] });
  else print("diff is not installed");

  const { seconds, unusable } = inRounds(programs, rounds);
  const of = (program: Program): number => median(seconds.get(program) ?? []);
  print(`${"".padEnd(62)}${cell("seconds")}${cell("natlens = 1")}`);
  for (const program of programs) {
    if (!seconds.has(program)) continue;
    const ratio = median(ratios(seconds.get(program) ?? [], seconds.get(ours) ?? []));
    print(`${program.what.padEnd(62)}${cell(of(program).toFixed(3))}${cell(ratio.toFixed(2))}`);
  }
  for (const line of unusable) print(line);
  const faster = [...restores].filter((r) => seconds.has(r)).sort((a, b) => of(a) - of(b))[0];
  if (faster) {
    const share = median(ratios(seconds.get(ours) ?? [], seconds.get(faster) ?? []));
    print(`natlens needs 1/${(1 / share).toFixed(1)} of the faster restore (must: 1/3, goal: 1/4)`);
  }
}

/** Round by round, since the machine is not the same in each. */
const ratios = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value / (b[i] ?? NaN));

function grow(folder: string, print: (line: string) => void): void {
  const small = join(folder, "small.txt");
  const start: Program = { what: "start", command: parseOf(small), good: [0] };
  const sizes = growth.map((services) => {
    const file = join(folder, `grown-${services}.txt`);
    const dump = natDump({ services, endpoints: 5, differ: 0 });
    writeFileSync(file, dump);
    const program: Program = { what: String(services), command: parseOf(file), good: [0] };
    return { program, rules: rulesIn(dump), bytes: dump.length };
  });
  const { seconds } = inRounds([start, ...sizes.map((s) => s.program)], 1);
  const before = median(seconds.get(start) ?? []);
  print(`\n${"growth".padEnd(12)}${cell("MB")}${cell("seconds")}${cell("µs a rule, without the start")}`);
  for (const { program, rules, bytes } of sizes) {
    const once = median(seconds.get(program) ?? []);
    const each = ((once - before) / rules) * 1e6;
    print(
      `${String(rules).padEnd(12)}${cell((bytes / 1e6).toFixed(1))}${cell(once.toFixed(3))}${cell(each.toFixed(2))}`,
    );
  }
}
