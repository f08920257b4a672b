import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dumpsOf, node } from "../diagnose/testing/ipvs-node.ts";
import { scenarios, scenarioTexts } from "../scenarios/bundle.ts";
import { analyse } from "./analyse.ts";
import type { Session } from "./session.ts";
import { type Dump, randomFrom, renamed, withoutMeaning } from "./testing/rewrite.ts";

type Pair = { readonly healthy: readonly Dump[]; readonly broken: readonly Dump[] };

const scenario = (slug: string): Pair => {
  const of = (side: string): Dump[] =>
    scenarioTexts(slug)
      .filter((t) => t.side === side)
      .map((t) => ({ name: t.name, content: t.content as string }));
  return { healthy: of("healthy"), broken: of("broken") };
};
const pairs: readonly (readonly [string, Pair])[] = [
  ...scenarios.map((s) => [s.slug, scenario(s.slug)] as const),
  [
    "1.9 without cluster CIDR",
    {
      healthy: dumpsOf({ ...node, minor: 9, detector: "10.244.0.0/16" }),
      broken: dumpsOf({ ...node, minor: 9, detector: "none" }),
    },
  ],
  [
    "1.20 with the Service range",
    {
      healthy: dumpsOf({ ...node, minor: 20, detector: "10.244.0.0/16" }),
      broken: dumpsOf({ ...node, minor: 20, detector: "10.96.0.0/12" }),
    },
  ],
];

const run = (pair: Pair): Session =>
  analyse((["healthy", "broken"] as const).flatMap((side) => pair[side].map((d) => ({ side, ...d }))));

/** What must stand whatever the addresses are called. */
const verdict = (session: Session): unknown => {
  const { diagnosis } = session.view;
  const flow = (f: (typeof diagnosis.flows)[number]): string =>
    `${f.flow.from} ${f.flow.port}/${f.flow.proto} ${f.healthy} ${f.broken}`;
  return {
    findings: diagnosis.findings.map((f) => [
      f.id,
      f.side,
      f.certainty,
      f.proven,
      f.flows.map(flow).sort(),
      f.refuted.map((r) => r.outcome),
    ]),
    flows: diagnosis.flows.map(flow).sort(),
    observations: diagnosis.observations.map((o) => o.verdict),
    notes: diagnosis.notes.map((n) => n.id).sort(),
    undecidable: diagnosis.undecidable.length,
  };
};

describe.each(pairs)("%s", (_, pair) => {
  const plain = verdict(run(pair));

  it("keeps its verdict when all addresses, interfaces and orders change", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seed) => {
        const random = randomFrom(seed);
        const cut = pair.healthy.length;
        const all = renamed([...pair.healthy, ...pair.broken], random);
        const other = { healthy: withoutMeaning(all.slice(0, cut), random), broken: all.slice(cut) };
        expect(verdict(run(other))).toEqual(plain);
      }),
      { numRuns: 15 },
    );
  });

  it.each(["healthy", "broken"] as const)(
    "sees no difference between its %s node and the same in another order",
    (side) => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seed) => {
          const session = run({ healthy: pair[side], broken: withoutMeaning(pair[side], randomFrom(seed)) });
          expect(session.examination.changes).toEqual([]);
          if (side === "healthy") {
            expect(session.view.diagnosis.findings).toEqual([]);
            expect(session.view.diagnosis.undecidable).toEqual([]);
          }
        }),
        { numRuns: 10 },
      );
    },
  );

  it("mirrors its changes when the sides are exchanged", () => {
    const there = run(pair).examination.changes;
    const back = run({ healthy: pair.broken, broken: pair.healthy }).examination.changes;
    const key = (c: (typeof there)[number], swap: boolean): string =>
      `${c.class} ${c.about} ${(swap ? c.broken : c.healthy)?.text ?? ""} | ${(swap ? c.healthy : c.broken)?.text ?? ""}`;
    expect(back.map((c) => key(c, true)).sort()).toEqual(there.map((c) => key(c, false)).sort());
  });
});
