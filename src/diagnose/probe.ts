import { masqueradeMark as markFor } from "../kube-proxy/masquerade-path.ts";
import { familyOf } from "../model/net/ip.ts";
import { type Address, fieldKey, isSymbolic } from "../model/net/symbolic.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { type Flow, flowId } from "../simulate/flow.ts";
import { simulate } from "../simulate/simulate.ts";
import type { Outcome, Simulation, Trace } from "../simulate/trace.ts";
import type { World } from "../simulate/world.ts";
import type { FlowComparison, SideName } from "./finding.ts";
import { onSide } from "./flows.ts";
import { askedIn, type Side, worldOf } from "./side.ts";

/** One flow asked of one side. */
export interface Probe {
  readonly flow: Flow;
  readonly id: string;
  readonly side: Side;
  readonly simulation: Simulation;
  /** The trace to show: the first. */
  readonly trace: Trace;
}

export function probe(side: Side, flow: Flow, changed?: NodeSnapshot, turned?: ReadonlySet<string>): Probe {
  const base = changed ? worldWith(changed, side) : side.world;
  const own = onSide(flow, side);
  const masqueradeMark = markFor(changed ?? side.snapshot, familyOf(flow.to));
  const world = { ...askedIn(base, own), masqueradeMark };
  const simulation = simulate(turned ? { ...world, turned } : world, own);
  const [trace] = simulation.traces;
  if (!trace) throw new Error("natlens bug: a simulation without traces");
  return { flow, id: flowId(flow), side, simulation, trace };
}

/** Worlds of changed nodes: several flows are asked of each. */
const worlds = new WeakMap<NodeSnapshot, { readonly services: Side["services"]; readonly world: World }>();
function worldWith(changed: NodeSnapshot, { services }: Side): World {
  const known = worlds.get(changed);
  if (known?.services === services) return known.world;
  const world = worldOf(changed, services);
  worlds.set(changed, { services, world });
  return world;
}

/** Outcomes of a flow that does not do what it should. */
export const harmed: readonly Outcome[] = [
  "wrong-source",
  "wrong-destination",
  "refused",
  "dropped",
  "reply-lost",
  "looped",
];

/** The flow does not do what it should, whatever the kernel draws. */
export const fails = (p: Probe): boolean => harmed.includes(p.simulation.outcome);
export const works = (p: Probe): boolean => p.simulation.outcome === "delivered";

/** Source as the server sees it. */
export const sourceSeen = (p: Probe): Address | undefined => p.trace.summary.sourceSent;

/** Whose address a packet leaves with: the node's, the service's, or the sender's own; `-` if it does not leave. */
function sourceKinds(p: Probe): ReadonlySet<string> {
  return new Set(
    p.simulation.traces.map(({ summary: { sourceSent: source, sourceChosen: chosen } }) => {
      if (source === undefined) return "-";
      if (source === p.flow.to) return "service";
      if (isSymbolic(source) ? source.local : ownAddress(p.side, source)) return "node";
      return chosen !== undefined && fieldKey(source) === fieldKey(chosen) ? "own" : fieldKey(source);
    }),
  );
}

/**
 * One flow fares alike twice: the same outcome, and a source of the same kind. Where what the dumps do not say leaves
 * several sources open, one in common is enough.
 */
export function sameFate(a: Probe, b: Probe): boolean {
  if (a.simulation.outcome !== b.simulation.outcome) return false;
  const kinds = sourceKinds(b);
  return [...sourceKinds(a)].some((kind) => kinds.has(kind));
}

const ownAddress = (side: Side, address: string): boolean =>
  side.snapshot.links.list.some(
    (link) => link.name !== "kube-ipvs0" && link.addresses.some((a) => a.address === address),
  );

export function comparisonOf(flow: Flow, probes: Readonly<Partial<Record<SideName, Probe>>>): FlowComparison {
  const { healthy, broken } = probes;
  const masquerade: { healthy?: boolean; broken?: boolean } = {};
  const seen: { healthy?: Address; broken?: Address } = {};
  for (const name of ["healthy", "broken"] as const) {
    const p = probes[name];
    if (!p) continue;
    masquerade[name] = p.trace.summary.masqueraded;
    const source = sourceSeen(p);
    if (source !== undefined) seen[name] = source;
  }
  return {
    flow,
    ...(healthy ? { healthy: healthy.simulation.outcome } : {}),
    ...(broken ? { broken: broken.simulation.outcome } : {}),
    masquerade,
    sourceSeen: seen,
  };
}
