import { type Words, words } from "../base/words.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { type Flow, flowId } from "../simulate/flow.ts";
import type { Assumption } from "../simulate/trace.ts";
import { askAll, bothSides, differing, type Probes, type Stage } from "./asking.ts";
import type { Change } from "./change.ts";
import { type ClusterVerdict, clusterNotes, compareClusters, oneNodeAlone } from "./clusters.ts";
import { classify, draftsOf } from "./compare/compare.ts";
import type { Draft } from "./compare/draft.ts";
import { cutShort, failsByCut } from "./cut-off.ts";
import { contradictionNotes, doubtByObservation } from "./doubts.ts";
import { observe } from "./evidence/observations.ts";
import { findOn, flowsOfRules } from "./find.ts";
import type { Diagnosis, Finding, FlowComparison, Note, SideName } from "./finding.ts";
import { type AskedFlows, askedWords, flowsToAsk } from "./flows.ts";
import { healthySideNotes } from "./healthy-side.ts";
import type { Hurt } from "./hurt.ts";
import { oddChainNotes } from "./odd-chain-notes.ts";
import { oneSidedServices } from "./one-sided-services.ts";
import { leftOut, nothingToAsk, unexplainedQuestions } from "./open-questions.ts";
import { comparisonOf, type Probe } from "./probe.ts";
import { blindSpots, fingerprintNotes, sampledNotes, unexplainedNotes } from "./remarks.ts";
import { type Side, sideOf } from "./side.ts";
import { doubtBySymptom, symptomNotes } from "./symptom.ts";
import { assumptionsOf } from "./taken-for-granted.ts";
import { contradictions, hingesOnSender, undecidables } from "./undecided.ts";

/** Nodes as pasted. One is enough. */
export interface Subject {
  readonly healthy?: NodeSnapshot;
  readonly broken?: NodeSnapshot;
  /** What hurts: asked first. */
  readonly flow?: Hurt;
}

/** A diagnosis with everything it was made from, for later questions. */
export interface Examination {
  readonly sides: Readonly<Partial<Record<SideName, Side>>>;
  readonly diagnosis: Diagnosis;
  readonly changes: readonly Change[];
}

const sideNames: readonly SideName[] = ["broken", "healthy"];

/** natlens's answer, at one go. */
export function diagnose(subject: Subject): Diagnosis {
  const steps = examineSteps(subject);
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value.diagnosis;
  }
}

/** The same in steps of a few milliseconds. */
export function* examineSteps(subject: Subject): Generator<Stage, Examination> {
  const { healthy, broken } = subject;
  const sides: Partial<Record<SideName, Side>> = {
    ...(healthy ? { healthy: sideOf("healthy", healthy, broken) } : {}),
    ...(broken ? { broken: sideOf("broken", broken, healthy) } : {}),
  };
  yield { stage: "comparing", done: 0, total: 1 };
  const drafts: Draft[] = [];
  if (sides.healthy && sides.broken)
    for (const draft of draftsOf(sides.healthy, sides.broken)) {
      drafts.push(draft);
      if (drafts.length % 64 === 0) yield { stage: "comparing", done: drafts.length, total: drafts.length + 64 };
    }
  const list = sideNames.flatMap((name) => sides[name] ?? []);
  const clusters = sides.healthy && sides.broken ? compareClusters(sides.healthy, sides.broken) : oneNodeAlone;
  const asked = yield* flowsToAsk(list, subject.flow ? [subject.flow] : [], differing(drafts, list));
  const probes = yield* askAll(list, asked, subject.flow);
  const changes: Change[] = [];
  for (const change of classify(drafts, bothSides(probes))) {
    changes.push(change);
    if (changes.length % 32 === 0) yield { stage: "comparing", done: changes.length, total: drafts.length };
  }
  yield { stage: "simulating", done: asked.flows.length, total: asked.flows.length };
  return { sides, diagnosis: conclude(sides, clusters, asked, probes, subject.flow), changes };
}

function conclude(
  sides: Partial<Record<SideName, Side>>,
  clusters: ClusterVerdict,
  asked: AskedFlows,
  probes: Probes,
  wanted: Hurt | undefined,
): Diagnosis {
  const found: Finding[] = [];
  const unexplained: Probe[] = [];
  const weighed = new Map<string, Assumption>();
  const list = sideNames.flatMap((name) => sides[name] ?? []);
  const asides = flowsOfRules(list);
  for (const side of list) {
    const other = list.find((s) => s !== side);
    const own = findOn({
      side,
      ...(other ? { other } : {}),
      clusters,
      ...(wanted ? { wanted } : {}),
      // a finding speaks of a Service's flow rather than of one that a rule asked
      probes: new Map([...probes, ...[...asides].filter(([id]) => !probes.has(id))]),
    });
    found.push(...own.findings);
    unexplained.push(...own.unexplained.filter((p) => probes.has(p.id)));
    for (const [id, a] of own.weighed) weighed.set(id, a);
  }
  const all = [...probes.values()].flatMap((p) => [p.broken, p.healthy].flatMap((x) => x ?? []));
  const ranked = (list: readonly Finding[]): Finding[] => [...list].sort((a, b) => byRank(a, b, wanted));
  const first = ranked(
    doubtBySymptom(found, wanted, all).map((f) => ({
      ...f,
      flows: f.flows.map((c) => ({ ...c, ...alikeTo(c.flow, asked) })),
    })),
  );
  const comparisons = asked.flows.flatMap((flow): FlowComparison[] => {
    const both = probes.get(flowId(flow)) ?? {};
    return both.healthy || both.broken ? [{ ...comparisonOf(flow, both), ...alikeTo(flow, asked) }] : [];
  });
  const shown =
    wanted ??
    first[0]?.flows[0]?.flow ??
    comparisons.find((c) => c.healthy !== undefined && c.broken !== undefined && c.healthy !== c.broken)?.flow ??
    comparisons[0]?.flow;
  const observations = list.flatMap((side) =>
    observe(
      side,
      shownFirst(
        [...probes.values()].flatMap((p) => p[side.name] ?? []),
        shown,
      ),
    ),
  );
  const findings = ranked(doubtByObservation(first, observations));
  return {
    findings,
    flows: comparisons,
    ...(shown ? { shown } : {}),
    undecidable: [
      ...undecidables(all.filter((p) => p.flow === wanted || !hingesOnSender(p))),
      ...cutShort(all),
      ...unexplainedQuestions(
        unexplained.filter((p) => !failsByCut(p)),
        probes,
        wanted,
      ),
      ...contradictions(observations),
      ...nothingToAsk(asked, probes, list),
      ...leftOut(asked, probes),
    ],
    assumptions: assumptionsOf(list, findings, all, weighed),
    observations,
    notes: [
      ...symptomNotes(wanted, all),
      ...contradictionNotes(observations),
      ...healthySideNotes(findings),
      ...notesOf(list, clusters, unexplained),
      ...sampledNotes(all),
    ],
    checked: checkedWords(list, asked),
    blind: blindSpots,
  };
}

const alikeTo = (flow: Flow, { alike }: AskedFlows): { alike?: number } => {
  const count = alike.get(flowId(flow)) ?? 1;
  return count > 1 ? { alike: count } : {};
};

const shownFirst = (probes: readonly Probe[], shown: Flow | undefined): Probe[] =>
  shown ? [...probes].sort((a, b) => Number(b.id === flowId(shown)) - Number(a.id === flowId(shown))) : [...probes];

const certainties = ["certain", "likely", "possible"] as const;
/** Alarms first, then what is merely possible, then risks. */
const weight = (f: Finding): number => (f.kind === "risk" ? 2 : f.certainty === "possible" ? 1 : 0);
const explains = (f: Finding, wanted: Flow | undefined): number =>
  wanted && f.flows.some((c) => flowId(c.flow) === flowId(wanted)) ? 0 : 1;
const byRank = (a: Finding, b: Finding, wanted: Flow | undefined): number =>
  weight(a) - weight(b) ||
  explains(a, wanted) - explains(b, wanted) ||
  (a.side === "broken" ? 0 : 1) - (b.side === "broken" ? 0 : 1) ||
  certainties.indexOf(a.certainty) - certainties.indexOf(b.certainty) ||
  b.flows.length - a.flows.length;

function notesOf(sides: readonly Side[], clusters: ClusterVerdict, unexplained: readonly Probe[]): Note[] {
  const [one, two] = sides;
  return [
    ...clusterNotes(clusters),
    ...(one && two && clusters.same === "yes" ? [...oneSidedServices(one, two), ...oneSidedServices(two, one)] : []),
    ...sides.flatMap((side) => [...fingerprintNotes(side), ...oddChainNotes(side)]),
    ...unexplainedNotes(unexplained),
  ];
}

function checkedWords(sides: readonly Side[], asked: AskedFlows): Words[] {
  const checked: Words[] = [];
  if (asked.flows.length > 0) checked.push(askedWords(asked));
  else
    checked.push(
      words(
        "No Service is known from these dumps, so no flow could be asked.",
        "从这些输出中得不到任何 Service，因此没有可问的流。",
      ),
    );
  for (const side of sides) {
    const tables = [
      ...new Set(
        [...side.snapshot.iptables.values()].flatMap((r) =>
          [...r.tables.values()].map((t) => `${t.name}${t.state === "partial" ? "*" : ""}`),
        ),
      ),
    ];
    if (tables.length > 0)
      checked.push(
        words(
          `${side.name} node: tables ${tables.join(", ")}${tables.some((t) => t.endsWith("*")) ? " (* not pasted whole)" : ""}`,
          `${side.name === "healthy" ? "正常" : "异常"}节点：表 ${tables.join("、")}${tables.some((t) => t.endsWith("*")) ? "（* 未完整粘贴）" : ""}`,
        ),
      );
  }
  return checked;
}
