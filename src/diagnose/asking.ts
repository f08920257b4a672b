import { serviceKey } from "../kube-proxy/services.ts";
import { type Flow, flowId } from "../simulate/flow.ts";
import type { Asked } from "./compare/compare.ts";
import type { Draft } from "./compare/draft.ts";
import type { SideName } from "./finding.ts";
import { type AskedFlows, canSend } from "./flows.ts";
import { type Probe, probe } from "./probe.ts";
import type { Side } from "./side.ts";

export interface Stage {
  readonly stage: "comparing" | "simulating";
  readonly done: number;
  readonly total: number;
}

/** What each side said of each flow, by the flow's id. */
export type Probes = ReadonlyMap<string, Partial<Record<SideName, Probe>>>;

/** Flows with more ways than are followed, each costly: so many are asked, and then no more. */
const mostTangled = 40;

/** A flow is asked of a side that serves it; the flow that hurts is asked of both. */
export function* askAll(sides: readonly Side[], asked: AskedFlows, wanted: Flow | undefined): Generator<Stage, Probes> {
  const probes = new Map<string, Partial<Record<SideName, Probe>>>();
  let done = 0;
  let tangled = 0;
  for (const flow of asked.flows) {
    if (tangled >= mostTangled && flow !== wanted) continue;
    const key = serviceKey({ address: flow.to, port: flow.port, proto: flow.proto });
    const both: Partial<Record<SideName, Probe>> = {};
    for (const side of sides)
      if (flow === wanted || (side.served.has(key) && canSend(side, flow))) both[side.name] = probe(side, flow);
    for (const p of [both.healthy, both.broken]) if (p?.simulation.truncated) tangled++;
    probes.set(flowId(flow), both);
    yield { stage: "simulating", done: ++done, total: asked.flows.length };
  }
  return probes;
}

export const bothSides = (probes: Probes): Asked[] =>
  [...probes.values()].flatMap(({ healthy, broken }) => (healthy && broken ? [{ healthy, broken }] : []));

/** Services that some difference names. */
export function differing(drafts: readonly Draft[], sides: readonly Side[]): Set<string> {
  const keys = new Set<string>();
  const byName = new Map(sides.flatMap((side) => side.services.flatMap((s) => (s.name ? [[s.name, s] as const] : []))));
  for (const draft of drafts.slice(0, 2000)) {
    const service = draft.meets && /^service (\S+) (\d+) (\S+)$/.exec(draft.meets);
    if (service) keys.add(serviceKey({ address: service[1] ?? "", port: Number(service[2]), proto: service[3] ?? "" }));
    const text = draft.broken?.text ?? draft.healthy?.text ?? "";
    const rule = /-d (\S+?)\/\d+ -p (\w+) .*--dport (\d+)/.exec(text);
    if (rule) keys.add(serviceKey({ address: rule[1] ?? "", port: Number(rule[3]), proto: rule[2] ?? "" }));
    const name = /--comment "?([\w.-]+\/[\w.:-]+)/.exec(text);
    const named = name?.[1] === undefined ? undefined : byName.get(name[1]);
    if (named) keys.add(serviceKey(named));
  }
  return keys;
}
