import { words } from "../base/words.ts";
import { familyOf } from "../model/net/ip.ts";
import { icmpOf } from "../model/net/packet.ts";
import { explore } from "./explore.ts";
import type { Flow } from "./flow.ts";
import { followFlow } from "./follow.ts";
import { outcomeOf } from "./outcome-of.ts";
import type { Run } from "./run.ts";
import type { Assumption, Ending, Outcome, Simulation, Trace } from "./trace.ts";
import type { World } from "./world.ts";

/** Follows one flow through the node and its reply back, once for each way the kernel may choose. */
export function simulate(world: World, flow: Flow): Simulation {
  const unable = otherDataplane(world, flow);
  const { runs, traces, truncated } = explore(world, flow, unable ?? followFlow);
  const outcome = outcomeOf(traces);
  const shown = [...traces].sort((a, b) => rank(a, outcome) - rank(b, outcome));
  return { flow, traces: shown, outcome, assumptions: gather(runs), truncated };
}

/** Stable: the first trace with the outcome that is reported comes first. */
const rank = (trace: Trace, outcome: Outcome): number => (trace.ending.outcome === outcome ? 0 : 1);

/** Where another dataplane carries Services, iptables and IPVS dumps say nothing about them. */
function otherDataplane(world: World, flow: Flow): ((run: Run) => Ending) | undefined {
  const other = world.snapshot.otherDataplane;
  if (!other) return undefined;
  const ofPod = flow.from === "pod" || flow.from === "hairpin";
  if (other.only === "pods" && !ofPod) return undefined;
  return (run) => {
    const packet = {
      family: familyOf(run.flow.to),
      proto: run.flow.proto === "icmp" ? icmpOf(familyOf(run.flow.to)) : run.flow.proto,
      src: run.flow.source ?? run.flow.to,
      dst: run.flow.to,
      sport: 0,
      dport: run.flow.port,
      mark: 0,
      in: null,
      out: null,
      flags: "",
    } as const;
    return run.stop(
      "undecidable",
      "other-dataplane",
      words(
        `${other.name} carries Services${other.only ? " of this node's pods" : " on this node"}; natlens does not model it.`,
        `本节点${other.only ? "上 Pod 的 Service 流量" : "的 Service"}由 ${other.name} 承载，natlens 未对其建模。`,
      ),
      packet,
    );
  };
}

function gather(runs: readonly Run[]): Assumption[] {
  const all = new Map<string, Assumption>();
  for (const run of runs) for (const [id, assumption] of run.assumptions) if (!all.has(id)) all.set(id, assumption);
  return [...all.values()];
}
