import type { ServedPort } from "../src/kube-proxy/writes/cluster.ts";
import { likenessIn } from "../src/simulate/alike.ts";
import { simulate as simulateFlow } from "../src/simulate/simulate.ts";
import { ip } from "../src/simulate/testing/node.ts";
import { aloneWith, flowsTo } from "../src/simulate/testing/service-flows.ts";
import { endpoint, snapshotOf } from "../src/simulate/testing/written-node.ts";
import type { World } from "../src/simulate/world.ts";
import type { Benchmark } from "./benchmark.ts";
import { median } from "./programs.ts";

const sizes = [100, 1_000, 10_000] as const;
const rounds = 5;

/** A Service with an endpoint on the node and two elsewhere; every tenth has a node port. */
const service = (n: number): ServedPort => ({
  namespace: `ns${n % 50}`,
  name: `web${n}`,
  portName: "http",
  proto: "tcp",
  clusterIp: ip(`10.96.${n >> 8}.${n & 255}`),
  port: 80,
  ...(n % 10 === 0 ? { nodePort: 30_000 + n / 10 } : {}),
  endpoints: [1, 2, 3].map((k) => endpoint(`10.244.${k}.${n & 255}:8080`)),
});

/** Processor milliseconds of this process, the median of some rounds after one that does not count. */
function cost(work: () => void): number {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const since = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(since);
    if (round > 0) times.push((user + system) / 1000);
  }
  return median(times);
}

/** Packets on nodes of growing size, and all flows of two nodes with like ones asked once. */
export const simulate: Benchmark = {
  name: "simulate",
  does: "packets on nodes with 100 to 10,000 Services, and every flow of two such nodes",
  run(_folder, print) {
    print(
      `${"".padEnd(12)}${"Services".padStart(10)}${"ms a packet".padStart(14)}${"packets/s".padStart(12)}${"all flows, both nodes".padStart(24)}`,
    );
    for (const mode of ["iptables", "ipvs"] as const)
      for (const size of sizes) {
        const services = Array.from({ length: size }, (_, i) => service(i + 1));
        const world = (): World =>
          aloneWith(snapshotOf({ mode, version: "1.30", detector: "10.244.0.0/16", services }));
        const one = world();
        const asked = services.filter((_, i) => i % Math.ceil(size / 50) === 0).map((s) => flowsTo(s)[0]);
        let ways = 0;
        const ms = cost(() => {
          ways = 0;
          for (const flow of asked) if (flow) ways += simulateFlow(one, flow).traces.length;
        });
        const each = ms / Math.max(1, ways);
        const nodes = [one, world()];
        const since = process.cpuUsage();
        let flows = 0;
        let classes = 0;
        const likenesses = nodes.map(likenessIn);
        const met = new Set<string>();
        for (const s of services)
          for (const flow of flowsTo(s)) {
            flows++;
            const key = likenesses.map((likeness) => likeness(flow)).join("\n");
            if (met.has(key)) continue;
            met.add(key);
            classes++;
            for (const node of nodes) simulateFlow(node, flow);
          }
        const { user, system } = process.cpuUsage(since);
        print(
          `${mode.padEnd(12)}${String(size).padStart(10)}${each.toFixed(3).padStart(14)}${(1000 / each).toFixed(0).padStart(12)}${`${((user + system) / 1e6).toFixed(2)} s for ${flows} (${classes} kinds)`.padStart(34)}`,
        );
      }
  },
};
