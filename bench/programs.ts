import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { devNull } from "node:os";
import { delimiter, dirname, join } from "node:path";

/** A program with its arguments, as it is run for measuring. */
export interface Program {
  readonly what: string;
  readonly command: readonly [string, ...string[]];
  /** File on its standard input. */
  readonly input?: string;
  /** Exit statuses that mean it did its work. */
  readonly good: readonly number[];
}

/** Where a program stands; administrators' folders are looked through even where PATH lacks them. */
export const onPath = (program: string): string | undefined =>
  [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"]
    .map((dir) => join(dir, program))
    .find((path) => existsSync(path));

/** Where the programs of this checkout are built. */
const built = (): string => dirname(process.argv[1] ?? "");

/** Node with the options that `npm run natlens` gives it. */
export function node(): readonly [string, ...string[]] {
  const { scripts } = JSON.parse(readFileSync(join(built(), "..", "package.json"), "utf8"));
  return [
    process.execPath,
    ...String(scripts.natlens)
      .split(" ")
      .filter((word) => word.startsWith("--")),
  ];
}

/** This checkout's `natlens`, which lies beside the benchmark itself. */
export const natlens = (): readonly [string, ...string[]] => [
  ...node(),
  join(built(), "..", ".ci", "launch.cjs"),
  "natlens",
];

/**
 * Processor seconds (user and system) that one run takes with all its children, or why it cannot be measured. The shell's
 * `times` knows them; wall time would also count what else the machine does.
 */
export function cpuSeconds({ command, input, good }: Program): number | string {
  const file = openSync(input ?? devNull, "r");
  try {
    const script = `"$@" >${devNull} 2>&1; status=$?; times; exit $status`;
    const { status, stdout } = spawnSync(shell(), ["-c", script, "bench", ...command], {
      stdio: [file, "pipe", "ignore"],
      encoding: "utf8",
    });
    if (status === null || !good.includes(status)) return `exits ${status}`;
    // the second line is about children: 0m1.234s 0m0.056s
    const [, user, system] = /\n(\S+) (\S+)\s*$/.exec(stdout) ?? [];
    return user === undefined || system === undefined ? "no times" : seconds(user) + seconds(system);
  } finally {
    closeSync(file);
  }
}

/**
 * The command in a network namespace of its own, where it cannot touch this machine's rules; kernels without netfilter modules let
 * iptables run only there. As it is where namespaces are not to be had; undefined: it does not run at all.
 */
export function unshared(command: readonly [string, ...string[]], input: string): Program["command"] | undefined {
  const unshare = onPath("unshare");
  const ways: readonly Program["command"][] = unshare
    ? [[unshare, "-n", ...command], [unshare, "-rn", ...command], command]
    : [command];
  return ways.find((way) => typeof cpuSeconds({ what: "", command: way, input, good: [0] }) === "number");
}

/** bash tells milliseconds, other shells hundredths. */
const shell = (): string => onPath("bash") ?? "/bin/sh";

function seconds(text: string): number {
  const [, minutes = "", rest = ""] = /^(\d+)m([\d.]+)s$/.exec(text) ?? [];
  return Number(minutes) * 60 + Number(rest);
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Programs that ran, with the seconds of each round, and what became of the others. */
export interface Measured {
  readonly seconds: ReadonlyMap<Program, readonly number[]>;
  readonly unusable: readonly string[];
}

/** Runs all of them in turn, so that what slows the machine down for a while slows them all. The first round does not count. */
export function inRounds(programs: readonly Program[], rounds: number): Measured {
  const seconds = new Map<Program, number[]>();
  const unusable: string[] = [];
  for (const program of programs) {
    const first = cpuSeconds(program);
    if (typeof first === "number") seconds.set(program, []);
    else unusable.push(`${program.what}: ${first}`);
  }
  for (let round = 0; round < rounds; round++)
    for (const [program, list] of seconds) {
      const once = cpuSeconds(program);
      if (typeof once === "number") list.push(once);
    }
  return { seconds, unusable };
}

/** How a tool names its version, in one line. */
export function version(path: string): string {
  const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8" });
  return (stdout ?? "").split("\n")[0]?.trim() ?? "";
}
