import * as fc from "fast-check";
import { describe, it } from "vitest";
import type { ServedPort } from "../kube-proxy/writes/cluster.ts";
import { likenessIn } from "./alike.ts";
import type { Flow } from "./flow.ts";
import { simulate } from "./simulate.ts";
import { aloneWith, flowsTo, service } from "./testing/service-flows.ts";
import { dumpsOf, endpoint, snapshotOf, type WrittenNode } from "./testing/written-node.ts";
import type { World } from "./world.ts";

/**
 * Nodes with one line of one dump deleted or changed, wherever it is: flows that are still called alike must end alike
 * when each is simulated.
 */
/** Pairs of Services that are alike while nothing is damaged. */
const services: readonly ServedPort[] = [
  ...[1, 2, 3].map((n) => service(n)),
  ...[4, 5].map((n) => service(n, { endpoints: [endpoint(`10.244.1.${n}:8080`), endpoint(`10.244.2.${n}:8080`)] })),
  ...[6, 7].map((n) => service(n, { nodePort: 30_000 + n })),
  ...[8, 9].map((n) => service(n, { nodePort: 30_000 + n, externalLocal: true })),
  ...[10, 11].map((n) => service(n, { affinity: 10_800 })),
  ...[12, 13].map((n) => service(n, { endpoints: [] })),
];
const nodes: readonly WrittenNode[] = (
  [
    ["iptables", "1.12"],
    ["iptables", "1.34"],
    ["ipvs", "1.9.7"],
    ["ipvs", "1.30"],
  ] as const
).map(([mode, version]) => ({ mode, version, detector: "10.244.0.0/16", services }));

/** What a hand or a bug does to one line; `other` is some line of the same dump. */
const edits: Readonly<Record<string, (line: string, other: string) => readonly string[]>> = {
  deleted: () => [],
  "another in its place": (_line, other) => [other],
  "before another": (line, other) => [line, other],
  "another address": (line, other) => [line.replace(address, address.exec(other)?.[0] ?? "10.96.10.2")],
  "a wider range": (line) => [line.replace(/\/32\b/, "/30")],
  "another port": (line) => [line.replace(/(port |:)(\d{2,5})\b/, (_all, word) => `${word}8081`)],
  dropped: (line) => [line.replace(/-j \S+.*$/, "-j DROP")],
  accepted: (line) => [line.replace(/-j \S+.*$/, "-j ACCEPT")],
  drained: (line) => [line.replace(/-w 1$/, "-w 0")],
  "the other way round": (line) => [line.replace(/ (-s|-d|-i) /, " ! $1 ")],
};
const address = /\d+\.\d+\.\d+\.\d+/;

const damaged = fc.record({
  node: fc.nat(nodes.length - 1),
  line: fc.noBias(fc.nat()),
  other: fc.noBias(fc.nat()),
  edit: fc.constantFrom(...Object.keys(edits)),
});

/** The world, and what was done to which line. */
function damage({ node, line, other, edit }: typeof damaged extends fc.Arbitrary<infer T> ? T : never): {
  readonly world: World;
  readonly what: string;
} {
  const written = nodes[node] as WrittenNode;
  const lines = [...dumpsOf(written)].flatMap(([file, text]) =>
    text.split("\n").flatMap((l, i) => (/^(-A|-a|add|local|\d|default| +inet)/.test(l) ? [{ file, text: l, i }] : [])),
  );
  const chosen = lines[line % lines.length] as (typeof lines)[number];
  const same = lines.filter((l) => l.file === chosen.file);
  const changed = edits[edit]?.(chosen.text, same[other % same.length]?.text ?? "") ?? [];
  const snapshot = snapshotOf(written, (file, text) =>
    file === chosen.file
      ? text
          .split("\n")
          .flatMap((l, i) => (i === chosen.i ? changed : [l]))
          .join("\n")
      : text,
  );
  return { world: aloneWith(snapshot), what: `${written.mode} ${written.version}: ${chosen.text} ${edit}` };
}

/** What becomes of a flow, in all the ways the kernel may draw. */
const ends = (world: World, flow: Flow): string => {
  const { outcome, traces } = simulate(world, flow);
  const ways = new Set(traces.map((t) => `${t.ending.outcome} ${t.ending.reason} ${t.summary.masqueraded}`));
  return `${outcome}: ${[...ways].sort().join(", ")}`;
};

describe("on a node with one damaged line", () => {
  it("flows that are called alike end alike", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(damaged, (how) => {
        const { world, what } = damage(how);
        const likeness = likenessIn(world);
        const met = new Map<string, { readonly flow: Flow; readonly end: string }>();
        for (const flow of services.flatMap(flowsTo)) {
          const key = likeness(flow);
          const end = ends(world, flow);
          const first = met.get(key);
          if (first && first.end !== end)
            throw new Error(`${what}: ${JSON.stringify(flow)} ${end}, like ${JSON.stringify(first.flow)} ${first.end}`);
          if (!first) met.set(key, { flow, end });
        }
      }),
      { numRuns: 150, seed: 4 },
    );
  });
});
