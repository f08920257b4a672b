import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark } from "./benchmark.ts";
import { natDump } from "./nat-dump.ts";
import { inRounds, median, natlens, onPath, type Program } from "./programs.ts";

/** Two dumps compared by meaning, beside two programs that compare lines. */
export const diff: Benchmark = {
  name: "diff",
  does: "natlens diff of two dumps of 200,000 rules beside diff and git diff",
  run(folder, print) {
    const files = ["healthy.txt", "broken.txt"].map((name) => join(folder, name));
    const [healthy = "", broken = ""] = files;
    writeFileSync(healthy, natDump({ services: 11_800, endpoints: 5, differ: 0 }));
    writeFileSync(broken, natDump({ services: 11_800, endpoints: 5, differ: 50 }));
    const programs: Program[] = [
      {
        what: "natlens diff",
        command: [...natlens(), "diff", "--healthy", healthy, "--broken", broken, "--json"],
        good: [0, 1, 3],
      },
    ];
    for (const [name, ...args] of [["diff"], ["git", "diff", "--no-index"]] as const) {
      const path = onPath(name);
      if (path) programs.push({ what: [name, ...args].join(" "), command: [path, ...args, ...files], good: [0, 1] });
      else print(`${name} is not installed`);
    }
    const { seconds, unusable } = inRounds(programs, 3);
    for (const [{ what }, list] of seconds) print(`${what.padEnd(40)}${median(list).toFixed(2).padStart(8)} s`);
    for (const line of unusable) print(line);
  },
};
