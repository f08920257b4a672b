import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServedPort } from "../src/kube-proxy/writes/cluster.ts";
import { ip } from "../src/simulate/testing/node.ts";
import { dumpsOf, endpoint, type WrittenNode } from "../src/simulate/testing/written-node.ts";
import type { Benchmark } from "./benchmark.ts";
import { inRounds, median, natlens, onPath, type Program } from "./programs.ts";

const sizes = [100, 1_000, 10_000] as const;

/** Six endpoints each, one on the node: twenty rules a Service in iptables mode. */
const service = (n: number): ServedPort => ({
  namespace: `ns${n % 50}`,
  name: `web${n}`,
  portName: "http",
  proto: "tcp",
  clusterIp: ip(`10.96.${n >> 8}.${n & 255}`),
  port: 80,
  ...(n % 10 === 0 ? { nodePort: 30_000 + n / 10 } : {}),
  endpoints: [1, 2, 3, 4, 5, 6].map((k) => endpoint(`10.244.${k}.${n & 255}:8080`)),
});

/** What each mode's broken node lacks: the flag, or, where that alone breaks nothing, the jump of nat OUTPUT. */
const pairs: readonly { readonly mode: WrittenNode["mode"]; readonly lacks: string; readonly finds: string }[] = [
  { mode: "iptables", lacks: "the jump of nat OUTPUT", finds: "service-hook-missing" },
  { mode: "ipvs", lacks: "--cluster-cidr", finds: "cluster-cidr-missing" },
];

function write(folder: string, mode: WrittenNode["mode"], size: number, broken: boolean): string[] {
  mkdirSync(folder, { recursive: true });
  const services = Array.from({ length: size }, (_, i) => service(i + 1));
  const detector = broken && mode === "ipvs" ? "none" : "10.244.0.0/16";
  const version = mode === "ipvs" ? "1.10" : "1.30";
  return [...dumpsOf({ mode, version, detector, services })].flatMap(([name, text]) => {
    if (text === "") return [];
    const file = join(folder, `${name}.txt`);
    const hookless = broken && mode === "iptables" && name === "iptables-save";
    writeFileSync(file, hookless ? text.replace(/(\*nat\n[^*]*?\n)-A OUTPUT .*\n/, "$1") : text);
    return [file];
  });
}

/** Mebibytes at most, and what was found. */
function once(command: Program["command"]): { readonly memory: number; readonly found: string } {
  const report = "data:text/javascript,process.on('exit',()=>console.error(process.resourceUsage().maxRSS))";
  const [program, ...args] = command;
  const { stdout, stderr } = spawnSync(program, ["--import", report, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  const { findings } = JSON.parse(stdout) as { findings: { id: string }[] };
  return {
    memory: Number(stderr.trim().split("\n").at(-1)) / 1024,
    found: findings.map((f) => f.id).join(" ") || "nothing",
  };
}

/** Two nodes of growing size, one of which lacks one thing, beside `diff` on the same two files. */
export const diagnose: Benchmark = {
  name: "diagnose",
  does: "natlens diagnose of pairs with 100 to 10,000 Services, beside diff of the largest dump of each",
  run(folder, print) {
    print(
      `${"".padEnd(10)}${"Services".padStart(9)}${"diagnose".padStart(10)}${"parse both".padStart(12)}${"diff".padStart(8)}${"MB".padStart(7)}${"diff's lines".padStart(14)}  found`,
    );
    for (const { mode, finds } of pairs)
      for (const size of sizes) {
        const healthy = write(join(folder, `${mode}${size}h`), mode, size, false);
        const broken = write(join(folder, `${mode}${size}b`), mode, size, true);
        const node = (...args: string[]): Program["command"] => [...natlens(), ...args];
        const asked = node("diagnose", "--healthy", ...healthy, "--broken", ...broken, "--json");
        const tables = [healthy, broken].flatMap((files) => files.filter((f) => f.endsWith("iptables-save.txt")));
        const diff = onPath("diff");
        const programs: Program[] = [
          { what: "diagnose", command: asked, good: [1] },
          { what: "parse", command: node("parse", ...healthy, ...broken), good: [0] },
          ...(diff ? [{ what: "diff", command: [diff, ...tables], good: [0, 1] } as const] : []),
        ];
        const { seconds, unusable } = inRounds(programs, size === 10_000 ? 1 : 3);
        const shown = programs.map((p) => `${median(seconds.get(p) ?? []).toFixed(2)}`);
        const { memory, found } = once(asked);
        const lines = diff
          ? spawnSync(diff, tables, { encoding: "utf8", maxBuffer: 2 ** 30 }).stdout.split("\n").length - 1
          : 0;
        print(
          `${mode.padEnd(10)}${String(size).padStart(9)}${(shown[0] ?? "").padStart(10)}${(shown[1] ?? "").padStart(12)}${(shown[2] ?? "-").padStart(8)}${memory.toFixed(0).padStart(7)}${String(lines).padStart(14)}  ${found}${found === finds ? "" : ` instead of ${finds}`}`,
        );
        for (const line of unusable) print(line);
      }
    for (const { mode, lacks } of pairs) print(`${mode}: the broken node lacks ${lacks}`);
  },
};
