import { describe, expect, it } from "vitest";
import type { SideName } from "../../diagnose/finding.ts";
import type { Trace } from "../../simulate/trace.ts";
import { fixtureFlow } from "./testing/fixture-view.ts";
import { momentOfStep, timelineOf } from "./timeline.ts";

const timeline = timelineOf(fixtureFlow);
const stopNames = (side: SideName): string[] =>
  timeline.stops
    .filter((s) => s.side === side && s.direction === "original" && s.shape !== "notch")
    .map((s) => `${s.visit} ${s.name}`);

describe("timeline of the recorded incident", () => {
  it("puts every step of both traces into exactly one stop", () => {
    for (const side of ["healthy", "broken"] as const) {
      const steps = timeline.stops.filter((s) => s.side === side).flatMap((s) => s.steps);
      const count = timeline.traces[side]?.steps.length ?? 0;
      expect([...steps].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
    }
  });

  it("dips twice in the healthy OUTPUT, once for each chain in the broken one", () => {
    expect(stopNames("healthy").filter((n) => n.startsWith("hook:OUTPUT:1"))).toEqual([
      "hook:OUTPUT:1 raw",
      "hook:OUTPUT:1 mangle",
      "hook:OUTPUT:1 nat",
      "hook:OUTPUT:1 KUBE-SERVICES",
      "hook:OUTPUT:1 KUBE-MARK-MASQ",
      "hook:OUTPUT:1 KUBE-SERVICES",
    ]);
    expect(
      stopNames("broken")
        .filter((n) => n.startsWith("hook:OUTPUT:1"))
        .slice(3),
    ).toEqual(["hook:OUTPUT:1 KUBE-SERVICES", "hook:OUTPUT:1 DOCKER"]);
  });

  it("parts at KUBE-SERVICES, where one node has a rule that matches and the other has none", () => {
    const moment = timeline.moments[timeline.divergence ?? -1];
    expect(["healthy", "broken"].map((side) => timeline.stop(moment?.at[side as SideName] ?? "")?.name)).toEqual([
      "KUBE-SERVICES",
      "KUBE-SERVICES",
    ]);
  });

  it("has a ghost for the mark and one for the source in the broken lane only", () => {
    const ghosts = timeline.moments.filter((m) => m.ghost);
    expect(ghosts.map((m) => m.ghost)).toEqual(["broken", "broken"]);
    expect(ghosts.map((m) => timeline.stop(m.at.healthy ?? "")?.effect)).toEqual(["mark", "snat"]);
  });

  it("lets the broken packet wait beside the ghost of the mark", () => {
    const ghost = timeline.moments.find((m) => m.ghost);
    expect(ghost?.at.broken).toBeUndefined();
    expect(timeline.stop(ghost?.stands.broken ?? "")?.name).toBe("KUBE-SERVICES");
  });

  it("finds the moment of a step", () => {
    const step = timeline.traces.healthy?.steps.findIndex((s) => s.kind === "nat") ?? -1;
    const moment = timeline.moments[momentOfStep(timeline, "healthy", step) ?? -1];
    expect(timeline.stop(moment?.at.healthy ?? "")?.shape).toBe("plate");
  });
});

describe("timelines of other traces", () => {
  const trace = fixtureFlow.broken?.traces[0] as Trace;
  const cut = (at: number, kind: "dropped" | "undecidable"): Trace => ({
    ...trace,
    steps: [
      ...trace.steps.slice(0, at),
      { ...(trace.steps[at] as Trace["steps"][number]), kind: "stopped", outcome: kind } as Trace["steps"][number],
    ],
    ending: { ...trace.ending, outcome: kind, step: at },
  });
  const simulation = (t: Trace) => ({
    ...(fixtureFlow.broken as NonNullable<typeof fixtureFlow.broken>),
    traces: [t],
    outcome: t.ending.outcome,
  });

  it.each(trace.steps.map((_, i) => i).slice(1))("survives an end at step %i, with every step at home", (at) => {
    for (const kind of ["dropped", "undecidable"] as const) {
      const short = timelineOf({ broken: simulation(cut(at, kind)) });
      expect(short.stops.flatMap((s) => s.steps).length).toBe(at + 1);
      expect(short.stops.at(-1)?.shape).toBe(kind === "dropped" ? "lost" : "unknown");
    }
  });

  it("draws one lane alone", () => {
    const alone = timelineOf({ broken: simulation(trace) });
    expect(alone.sides).toEqual(["broken"]);
    expect(alone.moments.every((m) => m.at.broken !== undefined)).toBe(true);
  });

  it("is empty without any trace", () => {
    expect(timelineOf({}).moments).toEqual([]);
  });
});
