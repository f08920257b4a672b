import { type Words, words } from "../base/words.ts";
import { serviceKey } from "../kube-proxy/services.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import { type Flow, flowId } from "../simulate/flow.ts";
import type { Assumption } from "../simulate/trace.ts";
import type { Change } from "./change.ts";
import { type ClusterVerdict, clusterNotes, compareClusters, oneNodeAlone } from "./clusters.ts";
import { type Asked, classify, draftsOf } from "./compare/compare.ts";
import type { Draft } from "./compare/draft.ts";
import { observe } from "./evidence/observations.ts";
import type { Diagnosis, Finding, FlowComparison, Note, SideName, Undecidable } from "./finding.ts";
import { type AskedFlows, askedWords, flowsToAsk } from "./flows.ts";
import { comparisonOf, fails, type Probe, probe, works } from "./probe.ts";
import { certaintyOf, proofWords, prove, weighAssumptions } from "./prove.ts";
import { blindSpots, fingerprintNotes, unexplainedNotes } from "./remarks.ts";
import { rules } from "./rules/index.ts";
import { type Side, sideOf } from "./side.ts";
import { flowWords, hingesOnSender, undecidables } from "./undecided.ts";

/** Nodes as pasted. One is enough. */
export interface Subject {
  readonly healthy?: NodeSnapshot;
  readonly broken?: NodeSnapshot;
  /** What hurts: asked first. */
  readonly flow?: Flow;
}

export interface Stage {
  readonly stage: "comparing" | "simulating";
  readonly done: number;
  readonly total: number;
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
  const asked = flowsToAsk(list, subject.flow ? [subject.flow] : [], differing(drafts, list));
  const probes = yield* askAll(list, asked, subject.flow);
  const changes: Change[] = [];
  for (const change of classify(drafts, bothSides(probes))) {
    changes.push(change);
    if (changes.length % 32 === 0) yield { stage: "comparing", done: changes.length, total: drafts.length };
  }
  yield { stage: "simulating", done: asked.flows.length, total: asked.flows.length };
  return { sides, diagnosis: conclude(sides, clusters, asked, probes, subject.flow), changes };
}

type Probes = ReadonlyMap<string, Partial<Record<SideName, Probe>>>;

/** A flow is asked of a side that serves it; the flow that hurts is asked of both. */
function* askAll(sides: readonly Side[], asked: AskedFlows, wanted: Flow | undefined): Generator<Stage, Probes> {
  const probes = new Map<string, Partial<Record<SideName, Probe>>>();
  let done = 0;
  for (const flow of asked.flows) {
    const key = serviceKey({ address: flow.to, port: flow.port, proto: flow.proto });
    const both: Partial<Record<SideName, Probe>> = {};
    for (const side of sides) if (flow === wanted || side.served.has(key)) both[side.name] = probe(side, flow);
    probes.set(flowId(flow), both);
    yield { stage: "simulating", done: ++done, total: asked.flows.length };
  }
  return probes;
}

const bothSides = (probes: Probes): Asked[] =>
  [...probes.values()].flatMap(({ healthy, broken }) => (healthy && broken ? [{ healthy, broken }] : []));

/** Services that some difference names. */
function differing(drafts: readonly Draft[], sides: readonly Side[]): Set<string> {
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

function conclude(
  sides: Partial<Record<SideName, Side>>,
  clusters: ClusterVerdict,
  asked: AskedFlows,
  probes: Probes,
  wanted: Flow | undefined,
): Diagnosis {
  const findings: Finding[] = [];
  const unexplained: Probe[] = [];
  const weighed = new Map<string, Assumption>();
  const list = sideNames.flatMap((name) => sides[name] ?? []);
  for (const side of list) {
    const other = list.find((s) => s !== side);
    const own = [...probes.values()].flatMap((p) => p[side.name] ?? []);
    const result = findOn(side, other, own, clusters, probes, weighed);
    findings.push(...result.findings);
    unexplained.push(...result.unexplained);
  }
  findings.sort(byRank);
  const all = [...probes.values()].flatMap((p) => [p.broken, p.healthy].flatMap((x) => x ?? []));
  const comparisons = asked.flows.flatMap((flow): FlowComparison[] => {
    const both = probes.get(flowId(flow)) ?? {};
    return both.healthy || both.broken ? [comparisonOf(flow, both)] : [];
  });
  const shown =
    wanted ??
    findings[0]?.flows[0]?.flow ??
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
  return {
    findings,
    flows: comparisons,
    ...(shown ? { shown } : {}),
    undecidable: [
      ...undecidables(all.filter((p) => p.flow === wanted || !hingesOnSender(p))),
      ...unexplainedQuestions(unexplained, probes, wanted),
      ...nothingToAsk(asked, list),
    ],
    assumptions: assumptionsOf(list, findings, all, weighed),
    observations,
    notes: notesOf(list, clusters, unexplained),
    checked: checkedWords(list, asked),
    blind: blindSpots,
  };
}

const shownFirst = (probes: readonly Probe[], shown: Flow | undefined): Probe[] =>
  shown ? [...probes].sort((a, b) => Number(b.id === flowId(shown)) - Number(a.id === flowId(shown))) : [...probes];

function findOn(
  side: Side,
  other: Side | undefined,
  own: readonly Probe[],
  clusters: ClusterVerdict,
  probes: Probes,
  weighed: Map<string, Assumption>,
): { findings: Finding[]; unexplained: Probe[] } {
  let failing = own.filter(fails);
  const findings: Finding[] = [];
  for (const rule of rules)
    for (const sighting of rule.find({ side, ...(other ? { other } : {}), failing, clusters })) {
      const proof = prove(sighting);
      const [first] = proof?.healed ?? [];
      if (!proof || !first) continue;
      const explained = new Set(proof.healed);
      failing = failing.filter((p) => !explained.has(p));
      // The lost reply is the worst of it, and what lies beyond the node counts there.
      const assumptions = weighAssumptions(proof.healed.find((p) => p.simulation.outcome === "reply-lost") ?? first);
      for (const a of assumptions) weighed.set(a.id, a);
      const { title, what, why, verify } = rule.explain(sighting);
      findings.push({
        id: sighting.id,
        kind: "fault",
        certainty: certaintyOf(sighting, assumptions),
        side: side.name,
        title,
        what,
        why: sighting.doubt
          ? words(`${why.en} ${sighting.doubt.en}`, `${why["zh-CN"]}${sighting.doubt["zh-CN"]}`)
          : why,
        fix: proof.fixes,
        refuted: proof.refuted,
        verify,
        proven: true,
        proof: proofWords(proof, proof.healed.length),
        evidence: sighting.evidence,
        flows: proof.healed.map((p) => comparisonOf(p.flow, probes.get(p.id) ?? {})),
      });
    }
  return { findings, unexplained: failing };
}

const certainties = ["certain", "likely", "possible"] as const;
const byRank = (a: Finding, b: Finding): number =>
  (a.kind === "fault" ? 0 : 1) - (b.kind === "fault" ? 0 : 1) ||
  (a.side === "broken" ? 0 : 1) - (b.side === "broken" ? 0 : 1) ||
  certainties.indexOf(a.certainty) - certainties.indexOf(b.certainty) ||
  b.flows.length - a.flows.length;

/** Reasons of an ending that say by themselves what is the matter, and are common on healthy nodes. */
const plain = new Set(["no-real-server", "no-endpoints", "reply-bypasses-node", "rule-reject"]);

/**
 * A node process or pod that fails on one node and works on the other, for a cause natlens has no rule for, is an open
 * question rather than a clean bill of health. Where both fail alike it is only noted.
 */
function unexplainedQuestions(unexplained: readonly Probe[], probes: Probes, wanted: Flow | undefined): Undecidable[] {
  const open = unexplained.filter((p) => {
    if (p.flow.from === "external" || p.flow.from === "hairpin" || plain.has(p.trace.ending.reason)) return false;
    if (p.flow !== wanted && p.side.served.get(serviceKey({ ...p.flow, address: p.flow.to }))?.kind !== "cluster-ip")
      return false;
    const other = probes.get(p.id)?.[p.side.name === "broken" ? "healthy" : "broken"];
    if (other) return works(other);
    // A rule or policy that drops is somebody's wish as far as one node can tell.
    return p.side.name === "broken" && !p.trace.ending.reason.endsWith("-drop");
  });
  const byReason = new Map<string, Probe[]>();
  for (const p of open) byReason.set(p.trace.ending.reason, [...(byReason.get(p.trace.ending.reason) ?? []), p]);
  return [...byReason.values()].flatMap((list) => {
    const [first] = list;
    if (!first) return [];
    const flow = flowWords(first.flow);
    return [
      {
        question: words(
          `${first.side.name} node: ${flow.en} fails in the model (${first.trace.ending.says.en}) and natlens knows no cause for it. Is that so in life?`,
          `${first.side.name === "healthy" ? "正常" : "异常"}节点：模型中 ${flow["zh-CN"]} 不通（${first.trace.ending.says["zh-CN"]}），natlens 没有对应的根因。实际如此吗？`,
        ),
        paste: `tcpdump -n -i any host ${first.flow.to} or port ${first.flow.port}`,
      },
    ];
  });
}

/**
 * Without a Service no flow can be followed. That is an open question for one node alone, and for two whose ways of
 * masquerading differ; two that mark and masquerade alike leave nothing to ask.
 */
function nothingToAsk(asked: AskedFlows, sides: readonly Side[]): Undecidable[] {
  if (asked.flows.length > 0) return [];
  const [one, two] = sides;
  if (one && two && wayOf(one) === wayOf(two)) return [];
  return [
    {
      question: words(
        "Which Services does the node serve? None is known from these dumps, so no flow could be followed.",
        "节点提供哪些 Service？从这些输出中一个也得不到，因此没有可以跟踪的流。",
      ),
      paste: "ipvsadm -S -n; iptables-save; kubectl get services --all-namespaces -o wide",
    },
  ];
}

/** What is marked and what is masqueraded, in short. */
const wayOf = (side: Side): string =>
  [...side.paths]
    .map(([family, path]) => {
      const detector = side.detectors.get(family);
      return `${family} ${detector?.kind === "none" ? "none" : "some"} ${path.marking?.bits} ${path.masquerading?.bits} ${path.jumps.map((x) => Boolean(x.rule))}`;
    })
    .join("; ");

/** Those a finding rests on first; each once. */
function assumptionsOf(
  sides: readonly Side[],
  findings: readonly Finding[],
  all: readonly Probe[],
  weighed: ReadonlyMap<string, Assumption>,
): Assumption[] {
  const found = new Map<string, Assumption>();
  const said = new Set<string>();
  const add = (a: Assumption): void => {
    if (found.has(a.id) || said.has(a.about.en) || found.size >= 100) return;
    found.set(a.id, a);
    said.add(a.about.en);
  };
  for (const side of sides) for (const a of side.borrowings) add(a);
  const named = new Set(findings.flatMap((f) => f.flows.map((c) => flowId(c.flow))));
  for (const first of [true, false])
    for (const p of all) {
      if (named.has(p.id) !== first) continue;
      for (const a of p.simulation.assumptions) add(weighed.get(a.id) ?? a);
    }
  return [...found.values()].sort((a, b) => Number(b.decisive ?? false) - Number(a.decisive ?? false));
}

function notesOf(sides: readonly Side[], clusters: ClusterVerdict, unexplained: readonly Probe[]): Note[] {
  return [
    ...clusterNotes(clusters),
    ...sides.flatMap((side) => [...fingerprintNotes(side)]),
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
