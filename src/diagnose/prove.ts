import { type Words, words } from "../base/words.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import type { Assumption } from "../simulate/trace.ts";
import { cutDecides, isCutOff } from "./cut-off.ts";
import { captureSettles } from "./evidence/settled.ts";
import { traceSettles } from "./evidence/traced.ts";
import type { Certainty, Fix, RefutedFix } from "./finding.ts";
import { fails, type Probe, probe, works } from "./probe.ts";
import type { Remedy, Sighting } from "./rules/rule.ts";
import { flowWords } from "./undecided.ts";

/** What simulating again says about a sighting. */
export interface Proof {
  /** Flows that work once the remedy is in the model. */
  readonly healed: readonly Probe[];
  readonly fixes: readonly Fix[];
  readonly holds: Words;
  readonly refuted: readonly RefutedFix[];
}

/** So many flows are simulated again for each remedy; the rest follow the same rules. */
const mostFlows = 12;

/**
 * Applies each remedy to the model and asks the flows again, and those that worked, too: what takes one of them away is refused.
 * Undefined: there is no remedy, or the first heals nothing.
 */
export function prove(sighting: Sighting, working: readonly Probe[]): Proof | undefined {
  const asked = sighting.probes.slice(0, mostFlows);
  const [first, ...others] = sighting.remedies;
  if (!first) return undefined;
  const changed = first.apply(sighting.side.snapshot);
  const healed = asked.filter((p) => isHealed(sighting, p, changed));
  if (healed.length === 0) return undefined;
  const tried: Tried[] = [{ remedy: first, lost: lostBy(sighting, changed, working) }];
  for (const remedy of others) {
    const other = remedy.apply(sighting.side.snapshot);
    if (healed.every((p) => isHealed(sighting, p, other)))
      tried.push({ remedy, lost: lostBy(sighting, other, working) });
  }
  const offered = tried.filter((t) => !t.lost).map((t) => t.remedy);
  const fixes = offered.flatMap((r) => r.fixes);
  const rest = healed.length === asked.length ? sighting.probes.slice(mostFlows) : [];
  return {
    healed: [...healed, ...rest],
    fixes,
    holds: offered[0]?.holds ?? words("", ""),
    refuted: [...tried.flatMap((t) => refused(t, fixes)), ...refute(sighting, healed)],
  };
}

/** A remedy that heals, and the first flow that worked before it and does not with it. */
interface Tried {
  readonly remedy: Remedy;
  readonly lost: Probe | undefined;
}

const isHealed = ({ healed = works }: Sighting, p: Probe, changed: NodeSnapshot): boolean => healed(again(p, changed));

/** Flows that must end alike are asked once, so few speak for all that worked. */
function lostBy({ givesUp }: Sighting, changed: NodeSnapshot, working: readonly Probe[]): Probe | undefined {
  for (const p of working) {
    if (givesUp?.(p)) continue;
    const after = again(p, changed);
    if (fails(after)) return after;
  }
  return undefined;
}

/** Said by its first fix that no other remedy offers. */
function refused({ remedy, lost }: Tried, offered: readonly Fix[]): RefutedFix[] {
  const fix = remedy.fixes.find((f) => !offered.includes(f));
  if (!lost || !fix) return [];
  const flow = flowWords(lost.flow);
  return [
    {
      text: fix.text,
      outcome: lost.simulation.outcome,
      why: words(
        `It would heal this, and take another flow away: ${flow.en} works now, and with it no longer.`,
        `它能修复此处，却会破坏另一个流：${flow["zh-CN"]} 目前可通，采用后则不通。`,
      ),
    },
  ];
}

const again = (p: Probe, changed: NodeSnapshot): Probe => probe(p.side, p.flow, changed);

function refute(sighting: Sighting, probes: readonly Probe[]): RefutedFix[] {
  const [first] = probes;
  if (!first) return [];
  const refuted: RefutedFix[] = [];
  for (const misstep of sighting.missteps) {
    const { outcome } = again(first, misstep.apply(first.side.snapshot)).simulation;
    if (outcome !== "delivered" && outcome !== "undecidable")
      refuted.push({ text: misstep.text, outcome, why: misstep.why });
  }
  return refuted;
}

/** What rules match: the kernel's trace tells. */
const ofRules = /^(?:set|state|recent|interfaces-hidden):/;

/** Turns each assumption of a flow round and asks again: which ones carry its outcome? */
export function weighAssumptions(p: Probe): Assumption[] {
  const settled = captureSettles(p);
  const traced = traceSettles(p);
  return p.simulation.assumptions.map((assumption) => {
    if (traced && ofRules.test(assumption.id)) return { ...assumption, decisive: false };
    if (settled && !assumption.id.startsWith("table-partial")) return { ...assumption, decisive: false };
    // Lines that were not pasted cannot be turned into lines: what they would say is open.
    if (assumption.id.startsWith("table-partial")) return { ...assumption, decisive: true };
    if (isCutOff(assumption)) return { ...assumption, decisive: cutDecides(assumption, p) };
    const turned = probe(p.side, p.flow, undefined, new Set([assumption.id]));
    return { ...assumption, decisive: turned.simulation.outcome !== p.simulation.outcome };
  });
}

const certainties = ["certain", "likely", "possible"] as const;

/** `certain` only where no listed assumption could turn the verdict; no more than a hint where the text ends before what decides. */
export function certaintyOf(sighting: Sighting, weighed: readonly Assumption[]): Certainty {
  const sure = certaintyOfModel(sighting, weighed);
  const { atMost } = sighting;
  return atMost && certainties.indexOf(atMost) > certainties.indexOf(sure) ? atMost : sure;
}

function certaintyOfModel(sighting: Sighting, weighed: readonly Assumption[]): Certainty {
  const { side } = sighting;
  if (weighed.some((a) => a.decisive && isCutOff(a))) return "possible";
  if (side.borrowings.length > 0 || sighting.doubt) return "likely";
  const path = side.paths.get(sighting.family);
  if (sighting.byAbsence && path && !path.whole) return "likely";
  return weighed.some((a) => a.decisive) ? "likely" : "certain";
}

/** What stands for a proof where every remedy takes something away. */
export const refusedWords = words(
  "Every fix that heals it takes away a flow that works, so none is offered.",
  "能修复它的办法都会破坏另一个可通的流，因此没有给出修复。",
);

/** What stands for a proof where the defect lies beyond the model. */
export const unprovenWords = words(
  "What heals it lies beyond the model, so no fix could be simulated.",
  "修复它的办法超出模型的范围，因此没有可模拟的修复。",
);

/** A fault's flows are delivered with the fix; a risk's were before, and with it they show what they should. */
export const proofWords = (proof: Proof, flows: number, kind?: Sighting["kind"]): Words => {
  const again = words(
    `The fix was put into the model and ${flows === 1 ? "the flow" : `${flows} flows`} simulated again:`,
    `把修复放入模型后重新模拟了 ${flows} 个流：`,
  );
  const result =
    kind === "risk"
      ? words("still delivered, and as they should be; without it not.", "仍然送达，且不再有此问题；没有它则不然。")
      : words("delivered; without it not.", "送达；没有它则不通。");
  return words(
    `${again.en} ${result.en} ${proof.holds.en}`.trim(),
    `${again["zh-CN"]}${result["zh-CN"]}${proof.holds["zh-CN"]}`.trim(),
  );
};
