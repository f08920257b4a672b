import type { Hook } from "../../model/netfilter/hook.ts";
import type { Step, Trace } from "../../simulate/trace.ts";

export type VisitKind = "origin" | "source" | "hook" | "routing" | "ipvs" | "wire" | "beyond" | "end";

/** A packet's stay at one station: consecutive steps of one trace that are drawn in one column. */
export interface Visit {
  readonly kind: VisitKind;
  /** Same key, same station, in both lanes: `hook:OUTPUT:2` is the second pass through OUTPUT. */
  readonly key: string;
  readonly hook?: Hook;
  /** 1 for the first pass of its kind. */
  readonly pass: number;
  /** Indexes into the trace's steps. */
  readonly steps: readonly number[];
}

type Direction = Step["direction"];

/** Cuts one direction of a trace into visits. Every step of that direction is in exactly one of them. */
export function visitsOf(trace: Trace, direction: Direction): readonly Visit[] {
  const visits: { kind: VisitKind; hook?: Hook; steps: number[] }[] = [];
  const open = (kind: VisitKind, index: number, hook?: Hook): void => {
    visits.push(hook ? { kind, hook, steps: [index] } : { kind, steps: [index] });
  };
  for (const [index, step] of trace.steps.entries()) {
    if (step.direction !== direction) continue;
    const last = visits.at(-1);
    const at = stationOf(step, last, trace.steps.slice(index + 1));
    if (last && (at === "stay" || (at.kind === last.kind && at.hook === last.hook && at.kind !== "wire")))
      last.steps.push(index);
    else if (at === "stay") open("origin", index);
    else open(at.kind, index, at.hook);
  }
  const passes = new Map<string, number>();
  return visits.map((visit) => {
    const base = visit.hook ? `hook:${visit.hook}` : visit.kind;
    const pass = (passes.get(base) ?? 0) + 1;
    passes.set(base, pass);
    return { ...visit, key: `${base}:${pass}`, pass };
  });
}

type Station = "stay" | { readonly kind: VisitKind; readonly hook?: Hook };

function stationOf(step: Step, last: { kind: VisitKind } | undefined, rest: readonly Step[]): Station {
  switch (step.kind) {
    case "sent":
      return { kind: "origin" };
    case "source-chosen":
      return { kind: "source" };
    case "conntrack":
    case "table-unseen":
    case "nat":
    case "nat-considered":
      return { kind: "hook", hook: step.hook };
    case "rule":
    case "chain-end":
      return { kind: "hook", hook: step.place.hook };
    case "ipvs":
      return { kind: "ipvs" };
    case "wire":
      return { kind: "wire" };
    case "beyond":
      return { kind: "beyond" };
    case "received":
      return { kind: "end" };
    case "stopped":
      return "stay";
    case "routed":
      return routingStation(step, last, rest);
  }
}

/**
 * The first routing of a process stands with the address it chooses; after IPVS it stands with IPVS; before INPUT it
 * has no column of its own. Only forwarding, and a second decision after DNAT in OUTPUT, are stations.
 */
function routingStation(
  step: Step & { kind: "routed" },
  last: { kind: VisitKind } | undefined,
  rest: readonly Step[],
): Station {
  if (step.direction === "reply") return last ? "stay" : { kind: "origin" };
  if (last?.kind === "origin") return rest[0]?.kind === "source-chosen" ? { kind: "source" } : "stay";
  if (last?.kind === "source" || last?.kind === "ipvs") return "stay";
  if (step.to === "forward" || (step.again && last?.kind === "hook")) return { kind: "routing" };
  return "stay";
}
