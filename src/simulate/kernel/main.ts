import { spawnSync } from "node:child_process";
import { release } from "node:os";
import { parseArgs } from "node:util";
import { runAgent } from "./agent.ts";
import { generateScenario } from "./generate/scenario.ts";
import { Network } from "./network.ts";
import { Recorder } from "./recorder.ts";
import { Report } from "./report.ts";
import { play } from "./round.ts";
import { writtenScenarios } from "./written/index.ts";

const usage = `usage: npm run kernel -- [--seed S] [--runs N] [--seconds T]
Sets up nodes in network namespaces, written by hand and at random, lets connections be tried through them, and compares
what the kernel does, rule by rule, with what natlens says of the node's dumps. Node number i of a run is the first of
the run with seed S + i. Ends after N random nodes or T seconds (60, unless --runs is given). Needs root and Linux.`;

/** Connections tried on each node. */
const attemptsEach = 64;
const tools = ["unshare", "ip", "bridge", "nft", "ipset", "conntrack", "sysctl", "tcpdump"];
const tablesTools = ["legacy", "nft"].flatMap((of) => [`iptables-${of}-restore`, `ip6tables-${of}-restore`]);

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Why this machine cannot be asked. */
function obstacle(): string | undefined {
  if (process.platform !== "linux") return "this is not Linux";
  if (process.getuid?.() !== 0) return "needs root";
  const found = (tool: string): boolean => spawnSync("sh", ["-c", `command -v ${tool}`]).status === 0;
  const missing = [...tools, ...tablesTools].filter((tool) => !found(tool));
  if (missing.length > 0) return `not installed: ${missing.join(", ")}`;
  const { status, stderr } = spawnSync("unshare", ["-n", "sh", "-ec", probe], { encoding: "utf8" });
  return status === 0 ? undefined : stderr.trim() || "no network namespace of its own";
}

/** What the kernel must have, by itself or loaded: nothing is loaded for it. */
const probe = `
test -e /proc/sys/net/bridge/bridge-nf-call-ip6tables || { echo "br_netfilter is not loaded" >&2; exit 1; }
echo nfnetlink_log > /proc/sys/net/netfilter/nf_log/2
echo "table inet natlens { chain c { log group 0; meta nftrace set 1; }; }" | nft -f -
iptables-legacy -t raw -S > /dev/null
ip6tables-legacy -t raw -S > /dev/null
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string" },
      runs: { type: "string" },
      seconds: { type: "string" },
      help: { type: "boolean" },
    },
  });
  const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
  const runs = values.runs === undefined ? Number.POSITIVE_INFINITY : Number(values.runs);
  const seconds = Number(values.seconds ?? (values.runs === undefined ? 60 : Number.POSITIVE_INFINITY));
  if (values.help || !Number.isInteger(seed) || Number.isNaN(runs) || Number.isNaN(seconds)) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const reason = obstacle();
  if (reason !== undefined) {
    say(`not run: ${reason}`);
    say("0 passed, 0 failed, 1 skipped");
    return 0;
  }
  const until = performance.now() + seconds * 1000;
  const report = new Report(release(), say);
  const network = new Network();
  try {
    await network.build();
    const recorder = await Recorder.start(network.node);
    for (const scenario of writtenScenarios()) report.add(await play(network, recorder, scenario));
    for (let run = 0; run < runs && performance.now() < until; run++)
      report.add(await play(network, recorder, generateScenario(seed + run, attemptsEach)));
  } finally {
    network.end();
  }
  report.close(seed);
  return report.failed === 0 ? 0 : 1;
}

if (process.argv.includes("--agent")) runAgent();
else
  main().then((status) => {
    process.exitCode = status;
  });
