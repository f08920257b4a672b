import type { Step, Trace } from "../../../analysis/view.ts";
import type { LaneStop } from "../../diagram/timeline.ts";
import { showChange } from "../../diagram/value.ts";
import { DumpLine } from "../kit/dump-line.tsx";
import { Prose } from "../kit/prose.tsx";
import { useLanguage, useSay, useTexts } from "../kit/store.tsx";

/** The hops of one stop: the one that tells first and open, the folded ones below it. */
export function StepFacts({ stop, trace }: { stop: LaneStop; trace: Trace }) {
  const t = useTexts();
  const steps = stop.steps.flatMap((i) => (trace.steps[i] ? [{ i, step: trace.steps[i] }] : []));
  const rule = steps.find(
    ({ i, step }) => step.kind === "rule" && (i === stop.main || trace.steps[stop.main]?.kind === "nat"),
  );
  const first = steps.find(({ i }) => i === stop.main);
  const shown = [...(rule && rule !== first ? [rule] : []), ...(first ? [first] : [])];
  const rest = steps.filter((one) => !shown.includes(one));
  return (
    <>
      {shown.map(({ i, step }) => (
        <OneStep key={i} step={step} side={stop.side} told={rule !== undefined && i !== rule.i} />
      ))}
      {rest.length > 0 && (
        <details className="mt-1.5">
          <summary className="cursor-pointer text-text-2">{t.detail.folded(rest.length)}</summary>
          {rest.map(({ i, step }) => (
            <OneStep key={i} step={step} side={stop.side} />
          ))}
        </details>
      )}
    </>
  );
}

/** `told`: the rule that asked for it stands above already. */
function OneStep({ step, side, told = false }: { step: Step; side: LaneStop["side"]; told?: boolean }) {
  const say = useSay();
  const at =
    step.kind === "rule" || step.kind === "chain-end"
      ? step.place.at
      : step.kind === "nat" || step.kind === "ipvs" || step.kind === "routed"
        ? step.at
        : undefined;
  return (
    <div className="mt-1">
      <p className="text-text-2">
        <Prose text={say(step.says)} />
      </p>
      {step.kind === "rule" ? (
        <DumpLine at={at} side={side} text={step.text} />
      ) : told ? null : (
        <DumpLine at={at} side={side} />
      )}
      <Changes step={step} />
    </div>
  );
}

const tones: Readonly<Record<string, string>> = {
  src: "text-snat",
  sport: "text-snat",
  dst: "text-dnat",
  dport: "text-dnat",
  mark: "text-mark",
};

function Changes({ step }: { step: Step }) {
  const language = useLanguage();
  if (step.changes.length === 0) return null;
  return (
    <dl className="mono mt-1.5 grid grid-cols-[48px_1fr] gap-x-2 text-code">
      {step.changes.map((change) => (
        <div key={change.field} className="contents">
          <dt className="text-text-3">{change.field}</dt>
          <dd className="[overflow-wrap:anywhere]">
            <s className="text-text-3">{showChange(change.before, change.field, language)}</s> →{" "}
            <b className={tones[change.field] ?? ""}>{showChange(change.after, change.field, language)}</b>
          </dd>
        </div>
      ))}
    </dl>
  );
}
