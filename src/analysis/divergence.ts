import { words } from "../base/words.ts";
import type { SideName } from "../diagnose/finding.ts";
import { masqueradePath } from "../kube-proxy/masquerade-path.ts";
import { postrouting } from "../kube-proxy/names.ts";
import { fieldKey, isSymbolic } from "../model/net/symbolic.ts";
import type { NodeSnapshot } from "../model/node/snapshot.ts";
import type { Simulation, Step, Trace } from "../simulate/trace.ts";
import type { FlowView } from "./view.ts";

/** Where a step stands, the same on every node: chains and rule numbers differ, hooks and tables do not. */
function stationOf(step: Step): string {
  const direction = step.direction;
  switch (step.kind) {
    case "rule":
    case "chain-end":
      return `${direction} ${step.place.hook} ${step.place.table}`;
    case "nat":
    case "nat-considered":
      return `${direction} ${step.hook} nat`;
    case "table-unseen":
      return `${direction} ${step.hook} ${step.table}`;
    case "ipvs":
      return `${direction} ${step.hook} ipvs`;
    default:
      return `${direction} ${step.kind}`;
  }
}

/** What counts of a step for the packet's fate: which addresses change, which mark it then bears, and how it stops. */
function effectOf(step: Step): string | undefined {
  const parts = step.changes
    .filter((c) => c.field === "src" || c.field === "dst" || c.field === "mark")
    .map((c) => (c.field === "mark" ? `mark ${fieldKey(c.after)}` : c.field));
  if (step.kind === "stopped") parts.push(`stopped ${step.outcome}`);
  return parts.length > 0 ? parts.join(",") : undefined;
}

interface Effect {
  readonly index: number;
  readonly station: string;
  readonly what: string;
}

const effectsOf = (trace: Trace): Effect[] =>
  trace.steps.flatMap((step, index) => {
    const what = effectOf(step);
    return what === undefined ? [] : [{ index, station: stationOf(step), what }];
  });

/** The first steps at which two traces of one flow part. Undefined: they do the same to the packet. */
export function divergenceOf(healthy: Trace, broken: Trace): FlowView["divergence"] {
  const there = effectsOf(healthy);
  const here = effectsOf(broken);
  for (let i = 0; i < Math.max(there.length, here.length); i++) {
    const h = there[i];
    const b = here[i];
    if (h && b && h.what === b.what && h.station === b.station) continue;
    if (h && b && h.station === b.station) return { healthy: h.index, broken: b.index };
    const bEnd = b?.index ?? broken.steps.length - 1;
    const hEnd = h?.index ?? healthy.steps.length - 1;
    // One trace does something at a station that the other passes without doing it.
    if (h && passes(broken, h.station, bEnd))
      return { healthy: h.index, broken: counterpart(broken, bEnd, healthy, h) };
    if (b && passes(healthy, b.station, hEnd))
      return { healthy: counterpart(healthy, hEnd, broken, b), broken: b.index };
    return { healthy: hEnd, broken: bEnd };
  }
  return undefined;
}

const passes = (trace: Trace, station: string, limit: number): boolean =>
  trace.steps.some((s, i) => i <= limit && stationOf(s) === station);

/**
 * Where the other trace did nothing at this station: the end of the chain from which the effect was reached, so that
 * "no rule of KUBE-SERVICES matches" stands beside "rule 1 of KUBE-SERVICES marks"; else the station's last step.
 */
function counterpart(trace: Trace, limit: number, other: Trace, effect: Effect): number {
  const here = trace.steps
    .map((step, index) => ({ step, index }))
    .filter(({ step, index }) => index <= limit && stationOf(step) === effect.station);
  for (const chain of callers(other, effect)) {
    const end = here.find(({ step }) => step.kind === "chain-end" && step.place.chain === chain);
    if (end) return end.index;
  }
  return here[here.length - 1]?.index ?? limit;
}

/** Chains that led to an effect, the nearest first. */
function callers(trace: Trace, effect: Effect): string[] {
  const at = trace.steps[effect.index];
  let depth = at?.kind === "rule" ? at.depth : Number.POSITIVE_INFINITY;
  const found: string[] = at?.kind === "rule" ? [at.place.chain] : [];
  for (let i = effect.index - 1; i >= 0; i--) {
    const step = trace.steps[i];
    if (step?.kind !== "rule" || stationOf(step) !== effect.station || step.depth >= depth) continue;
    depth = step.depth;
    found.push(step.place.chain);
  }
  return found;
}

const sourceRewrite = (trace: Trace): number =>
  trace.steps.findIndex((s) => s.kind === "nat" && s.manipulation === "src" && !s.undo && s.direction === "original");
const consideredAt = (trace: Trace): number =>
  trace.steps.findIndex(
    (s) =>
      s.kind === "nat-considered" && s.manipulation === "src" && s.hook === "POSTROUTING" && s.direction === "original",
  );

interface OneSide {
  readonly simulation: Simulation;
  readonly snapshot: NodeSnapshot;
}

/** The rewrite of the source that one node makes and the other does not: where it should stand, and why it does not. */
export function ghostOf(sides: Readonly<Partial<Record<SideName, OneSide>>>): FlowView["ghost"] {
  const { healthy, broken } = sides;
  if (healthy && broken) return between("broken", healthy, broken) ?? between("healthy", broken, healthy);
  const name: SideName = healthy ? "healthy" : "broken";
  const only = healthy ?? broken;
  const [trace] = only?.simulation.traces ?? [];
  if (!only || !trace || !["reply-lost", "wrong-source"].includes(only.simulation.outcome)) return undefined;
  const step = consideredAt(trace);
  const { sourceChosen } = trace.summary;
  if (step === -1 || sourceChosen === undefined || fieldKey(sourceChosen) !== only.simulation.flow.to) return undefined;
  return {
    side: name,
    step: within(trace, step),
    what: words(
      "MASQUERADE: the source should become the node's address here",
      "MASQUERADE：源地址本应在此改为节点地址",
    ),
    why: whyNot(only, trace, step),
  };
}

/** Of a hook that ends without a rewrite: the chain that was asked for one, where the rules go into any. */
function within(trace: Trace, step: number): number {
  const end = trace.steps[step];
  if (!end) return step;
  for (let i = step - 1; i >= 0; i--) {
    const before = trace.steps[i];
    if (!before || stationOf(before) !== stationOf(end)) break;
    if ((before.kind === "rule" || before.kind === "chain-end") && before.place.chain === postrouting) return i;
  }
  return step;
}

function between(missing: SideName, with_: OneSide, without: OneSide): FlowView["ghost"] {
  const [done] = with_.simulation.traces;
  const [bare] = without.simulation.traces;
  if (!done || !bare || without.simulation.outcome === "delivered") return undefined;
  const rewrite = sourceRewrite(done);
  const step = consideredAt(bare);
  if (rewrite === -1 || step === -1 || sourceRewrite(bare) !== -1) return undefined;
  const nat = done.steps[rewrite];
  const after = nat?.changes.find((c) => c.field === "src")?.after;
  const to =
    after === undefined || after === null
      ? words("", "")
      : isSymbolic(after)
        ? after.says
        : words(String(after), ` ${String(after)}`);
  return {
    side: missing,
    step,
    what: words(`SNAT to ${to.en}, as on the other node`, `SNAT 为${to["zh-CN"]}，如另一节点`),
    why: whyNot(without, bare, step),
  };
}

function whyNot(side: OneSide, trace: Trace, index: number): { en: string; "zh-CN": string } {
  const step = trace.steps[index];
  const path = masqueradePath(side.snapshot, trace.steps[0]?.packet.family ?? 4);
  const mark = `0x${(step?.packet.mark ?? 0).toString(16)}`;
  if (step?.kind === "nat-considered" && step.why === "not-tracked")
    return words(
      "conntrack does not have this packet, so the nat table is not consulted",
      "conntrack 中没有该报文，因此不查询 nat 表",
    );
  const rule = path?.masquerading;
  if (!rule) return words(`no rule of ${postrouting} masquerades`, `${postrouting} 中没有做 MASQUERADE 的规则`);
  return words(
    `the mark is ${mark}; rule ${rule.rule.rule.number} of ${postrouting} masquerades only what bears 0x${rule.bits.toString(16)}, so it cannot match`,
    `标记为 ${mark}；${postrouting} 的第 ${rule.rule.rule.number} 条规则只对带 0x${rule.bits.toString(16)} 的报文做 MASQUERADE，无法命中`,
  );
}
