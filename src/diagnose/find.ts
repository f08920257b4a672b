import { words } from "../base/words.ts";
import type { Flow } from "../simulate/flow.ts";
import { flowId } from "../simulate/flow.ts";
import type { Assumption } from "../simulate/trace.ts";
import type { Probes } from "./asking.ts";
import type { ClusterVerdict } from "./clusters.ts";
import type { Evidence, Finding, SideName } from "./finding.ts";
import { comparisonOf, fails, type Probe, probe, works } from "./probe.ts";
import { certaintyOf, type Proof, proofWords, prove, refusedWords, unprovenWords, weighAssumptions } from "./prove.ts";
import { rules } from "./rules/index.ts";
import type { Case, DefectRule, Sighting } from "./rules/rule.ts";
import { changedSide, type Side } from "./side.ts";
import { inPlaceholders } from "./stand-in.ts";

/** What the rules are asked about one side. */
export interface Inquiry {
  readonly side: Side;
  readonly other?: Side;
  readonly clusters: ClusterVerdict;
  readonly wanted?: Flow;
  /** Flows to Services, and those that the rules asked besides, of both sides. */
  readonly probes: Probes;
}

export interface Found {
  readonly findings: readonly Finding[];
  /** Flows to Services that fail and that no rule explains. */
  readonly unexplained: readonly Probe[];
  /** Assumptions of the flows shown, each turned round once. */
  readonly weighed: ReadonlyMap<string, Assumption>;
}

/** Flows that rules want to know of besides those to Services, of each side whose rules want them. */
export function flowsOfRules(sides: readonly Side[]): Probes {
  const probes = new Map<string, Partial<Record<SideName, Probe>>>();
  for (const side of sides) {
    const other = sides.find((s) => s !== side);
    for (const rule of rules)
      for (const flow of rule.asks?.(side, other) ?? []) {
        const id = flowId(flow);
        probes.set(id, { ...probes.get(id), [side.name]: probe(side, flow) });
      }
  }
  return probes;
}

/** A sighting that its remedy alone does not heal. */
interface Pending {
  readonly rule: DefectRule;
  readonly sighting: Sighting;
}

/** Asks rule after rule; what one explains is not shown to the next. */
export function findOn(inquiry: Inquiry): Found {
  const { side, probes } = inquiry;
  const own = [...probes.values()].flatMap((p) => p[side.name] ?? []);
  let failing = own.filter(fails);
  const working = own.filter(works);
  const findings: Finding[] = [];
  const weighed = new Map<string, Assumption>();
  const pending: Pending[] = [];
  const add = (rule: DefectRule, sighting: Sighting, proof: Proof | undefined): void => {
    const shown = proof?.healed ?? sighting.probes;
    if (sighting.kind !== "risk") failing = failing.filter((p) => !shown.some((s) => s.id === p.id));
    findings.push(inPlaceholders(findingOf(inquiry, rule, sighting, proof, weighed), side));
  };
  for (const rule of rules)
    for (const sighting of rule.find(caseOf(inquiry, failing, own))) {
      const proof = prove(sighting, working);
      if (proof || sighting.remedies.length === 0) add(rule, sighting, proof);
      else pending.push({ rule, sighting });
    }
  for (const first of pending) {
    const still = first.sighting.probes.filter((p) => failing.some((f) => f.id === p.id));
    const second = still.length > 0 ? behind(inquiry, { ...first.sighting, probes: still }, working) : undefined;
    if (!second) continue;
    add(
      first.rule,
      { ...first.sighting, probes: second.proof.healed.map((p) => own.find((o) => o.id === p.id) ?? p) },
      {
        ...second.proof,
        fixes: first.sighting.remedies.slice(0, 1).flatMap((r) => r.fixes),
        refuted: [],
        holds: words(
          `Shown together with the fix of ${second.rule.id}: one alone does not heal it. ${second.proof.holds.en}`.trim(),
          `与 ${second.rule.id} 的修复一起验证：单独一个不足以修复。${second.proof.holds["zh-CN"]}`.trim(),
        ),
      },
    );
    if (!findings.some((f) => f.id === second.rule.id && f.side === side.name))
      findings.push(inPlaceholders(findingOf(inquiry, second.rule, second.sighting, second.proof, weighed), side));
  }
  return { findings, unexplained: failing, weighed };
}

const caseOf = (
  { side, other, clusters, wanted }: Inquiry,
  failing: readonly Probe[],
  probes: readonly Probe[],
): Case => ({
  side,
  ...(other ? { other } : {}),
  failing,
  probes,
  clusters,
  ...(wanted ? { wanted } : {}),
});

/**
 * Two defects on one way: with the first one's remedy in the model the flow gets further and fails again, and there a
 * second rule knows why and heals it.
 */
function behind(
  inquiry: Inquiry,
  first: Sighting,
  working: readonly Probe[],
): { rule: DefectRule; sighting: Sighting; proof: Proof } | undefined {
  const [remedy] = first.remedies;
  if (!remedy) return undefined;
  const side = changedSide(inquiry.side, remedy.apply(inquiry.side.snapshot));
  const again = first.probes.slice(0, 12).map((p) => probe(side, p.flow));
  const further = again.filter((p, i) => fails(p) && !sameEnd(p, first.probes[i]));
  if (further.length === 0) return undefined;
  for (const rule of rules) {
    if (rule.id === first.id) continue;
    for (const sighting of rule.find(caseOf({ ...inquiry, side }, further, again))) {
      // a hint, or what may be as somebody wants it, completes no fault
      if (sighting.kind === "risk" || sighting.atMost === "possible") continue;
      const proof = prove(sighting, working);
      if (proof && proof.fixes.length > 0) return { rule, sighting, proof };
    }
  }
  return undefined;
}

const sameEnd = (a: Probe, b: Probe | undefined): boolean =>
  b !== undefined &&
  a.trace.ending.outcome === b.trace.ending.outcome &&
  a.trace.ending.reason === b.trace.ending.reason &&
  a.trace.steps.length === b.trace.steps.length;

/** Flows from several places meet one line. */
const eachOnce = (evidence: readonly Evidence[]): Evidence[] => [
  ...new Map(evidence.map((e) => [`${e.at.source} ${e.at.from} ${e.at.to} ${e.says.en}`, e])).values(),
];

/** So many of the flows shown are asked what their outcome rests on. */
const mostWeighed = 4;

/** What the flow rests on that shows it best: the one with nothing decisive, in an order that no order of lines changes. */
function surest(shown: readonly Probe[]): readonly Assumption[] {
  // The lost reply is the worst of it, and what lies beyond the node counts there.
  const lost = shown.filter((p) => p.simulation.outcome === "reply-lost");
  const kindOf = ({ id, flow }: Probe): string => `${flow.from} ${flow.proto} ${flow.port} ${id}`;
  const inOrder = [...(lost.length > 0 ? lost : shown)].sort((a, b) => kindOf(a).localeCompare(kindOf(b)));
  const weighed = inOrder.slice(0, mostWeighed).map(weighAssumptions);
  return weighed.find((list) => !list.some((a) => a.decisive)) ?? weighed[0] ?? [];
}

function findingOf(
  { side, probes }: Inquiry,
  rule: DefectRule,
  sighting: Sighting,
  proof: Proof | undefined,
  weighed: Map<string, Assumption>,
): Finding {
  const shown = proof?.healed ?? sighting.probes;
  const assumptions = surest(shown);
  for (const a of assumptions) weighed.set(a.id, a);
  const { title, what, why, verify } = rule.explain(sighting);
  const offered = proof && proof.fixes.length > 0 ? proof : undefined;
  return {
    id: sighting.id,
    kind: sighting.kind ?? "fault",
    certainty: certaintyOf(sighting, assumptions),
    side: side.name,
    title,
    what,
    why: sighting.doubt ? words(`${why.en} ${sighting.doubt.en}`, `${why["zh-CN"]}${sighting.doubt["zh-CN"]}`) : why,
    fix: offered?.fixes ?? sighting.advice ?? [],
    refuted: proof?.refuted ?? [],
    verify,
    proven: offered !== undefined,
    proof: offered
      ? proofWords(offered, shown.length, sighting.kind)
      : proof
        ? refusedWords
        : (sighting.unproven ?? unprovenWords),
    evidence: eachOnce(sighting.evidence),
    flows: shown.map((p) => comparisonOf(p.flow, probes.get(p.id) ?? { [side.name]: p })),
  };
}
