import { type Words, words } from "../base/words.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import type { Assumption } from "../simulate/trace.ts";
import { captureSettles } from "./evidence/settled.ts";
import type { Certainty, Fix, RefutedFix } from "./finding.ts";
import { type Probe, probe, works } from "./probe.ts";
import type { Remedy, Sighting } from "./rules/rule.ts";

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

/** Applies each remedy to the model and asks the flows again. Undefined: there is none, or the first heals nothing. */
export function prove(sighting: Sighting): Proof | undefined {
  const asked = sighting.probes.slice(0, mostFlows);
  const [first, ...others] = sighting.remedies;
  if (!first) return undefined;
  const healed = healedBy(first, asked, sighting.healed);
  if (healed.length === 0) return undefined;
  const fixes: Fix[] = [...first.fixes];
  for (const remedy of others)
    if (healedBy(remedy, healed, sighting.healed).length === healed.length) fixes.push(...remedy.fixes);
  const rest = healed.length === asked.length ? sighting.probes.slice(mostFlows) : [];
  return { healed: [...healed, ...rest], fixes, holds: first.holds, refuted: refute(sighting, healed) };
}

function healedBy(remedy: Remedy, probes: readonly Probe[], healed: (again: Probe) => boolean = works): Probe[] {
  const [first] = probes;
  if (!first) return [];
  const changed = remedy.apply(first.side.snapshot);
  return probes.filter((p) => healed(again(p, changed)));
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

/** Turns each assumption of a flow round and asks again: which ones carry its outcome? */
export function weighAssumptions(p: Probe): Assumption[] {
  const settled = captureSettles(p);
  return p.simulation.assumptions.map((assumption) => {
    if (settled && !assumption.id.startsWith("table-partial")) return { ...assumption, decisive: false };
    // Lines that were not pasted cannot be turned into lines: what they would say is open.
    if (assumption.id.startsWith("table-partial")) return { ...assumption, decisive: true };
    const turned = probe(p.side, p.flow, undefined, new Set([assumption.id]));
    return { ...assumption, decisive: turned.simulation.outcome !== p.simulation.outcome };
  });
}

const certainties = ["certain", "likely", "possible"] as const;

/** `certain` only where no listed assumption could turn the verdict. */
export function certaintyOf(sighting: Sighting, weighed: readonly Assumption[]): Certainty {
  const sure = certaintyOfModel(sighting, weighed);
  const { atMost } = sighting;
  return atMost && certainties.indexOf(atMost) > certainties.indexOf(sure) ? atMost : sure;
}

function certaintyOfModel(sighting: Sighting, weighed: readonly Assumption[]): Certainty {
  const { side } = sighting;
  if (side.borrowings.length > 0 || sighting.doubt) return "likely";
  const path = side.paths.get(sighting.family);
  if (sighting.byAbsence && path && !path.whole) return "likely";
  return weighed.some((a) => a.decisive) ? "likely" : "certain";
}

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
