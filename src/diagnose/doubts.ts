import { numbered, words } from "../base/words.ts";
import { type Flow, flowId } from "../simulate/flow.ts";
import { sideWords } from "./borrow.ts";
import type { Certainty, Finding, Note, ObservationVerdict, SideName } from "./finding.ts";

const lowered: Readonly<Record<Certainty, Certainty>> = { certain: "likely", likely: "possible", possible: "possible" };

/** Something speaks against what the model makes of these flows: what explains them is less sure. */
export function lessSure(findings: readonly Finding[], side: SideName, flows: readonly Flow[]): Finding[] {
  const ids = new Set(flows.map(flowId));
  return findings.map((f) =>
    f.kind === "fault" && f.side === side && f.flows.some((c) => ids.has(flowId(c.flow)))
      ? { ...f, certainty: lowered[f.certainty] }
      : f,
  );
}

/** What captures and logs contradict is less sure. */
export function doubtByObservation(
  findings: readonly Finding[],
  observations: readonly ObservationVerdict[],
): readonly Finding[] {
  let doubted = findings;
  for (const side of ["broken", "healthy"] as const) {
    const against = observations.filter((o) => o.side === side && o.verdict === "contradicts");
    if (against.length > 0)
      doubted = lessSure(
        doubted,
        side,
        against.flatMap((o) => o.flow ?? []),
      );
  }
  return doubted;
}

/** So many lines are shown. */
const mostLines = 5;

/** Said before everything else: a side's captures or logs are not of what its dumps show. */
export function contradictionNotes(observations: readonly ObservationVerdict[]): Note[] {
  return (["broken", "healthy"] as const).flatMap((side) => {
    const against = observations.filter((o) => o.side === side && o.verdict === "contradicts");
    const [first] = against;
    if (!first) return [];
    const more =
      against.length > 1
        ? words(
            ` And ${numbered(against.length - 1, "more line does", "more lines do")}.`,
            `另有 ${against.length - 1} 行也是如此。`,
          )
        : words("", "");
    return [
      {
        id: `observed-otherwise-${side}`,
        first: true,
        says: words(
          `What was captured or logged on the ${side} node contradicts what its dumps predict: ${first.says.en}${more.en} What explains these flows is less sure.`,
          `${sideWords[side]}上的抓包或日志与其输出的预测矛盾：${first.says["zh-CN"]}${more["zh-CN"]}对这些流的解释把握较低。`,
        ),
        evidence: against.slice(0, mostLines).map((o) => ({ side, at: o.at, says: o.says })),
      },
    ];
  });
}
