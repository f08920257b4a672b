import type { Moment, Timeline } from "../../diagram/timeline.ts";
import { Prose } from "../kit/prose.tsx";
import { useApp, useSay, useTexts } from "../kit/store.tsx";
import { AssumptionList } from "../verdict/assumptions.tsx";

/** Other ways the kernel may choose here, by outcome; the drawn one is the first. */
export function Branches({ timeline, moment }: { timeline: Timeline; moment: Moment }) {
  const t = useTexts();
  const say = useSay();
  const shown = useApp((state) => state.shown);
  const isIpvs = timeline.sides.some((side) => {
    const stop = timeline.stop(moment.at[side] ?? "");
    return stop?.shape === "capsule" && stop.direction === "original";
  });
  const simulation = shown?.broken ?? shown?.healthy;
  if (!isIpvs || !simulation || simulation.traces.length < 2) return null;
  return (
    <section className="mt-5">
      <h3 className="text-heading font-bold">{t.detail.branch}</h3>
      {simulation.traces[0]?.choices[0] && (
        <p className="text-text-2">
          <Prose text={say(simulation.traces[0].choices[0].question)} />
        </p>
      )}
      <ul className="mt-1.5 divide-y divide-line-1 rounded-[5px] border border-line-1">
        {simulation.traces.slice(0, 8).map((trace, i) => (
          <li
            key={trace.choices.map((c) => c.took.en).join()}
            className="flex items-center justify-between gap-3 px-2.5 py-1.5"
          >
            <span className="mono text-code break-all">{trace.choices.map((c) => say(c.took)).join(", ")}</span>
            <span className="shrink-0 text-text-2">
              {i === 0 ? t.detail.followed : t.outcome[trace.ending.outcome]}
            </span>
          </li>
        ))}
      </ul>
      {simulation.truncated && <p className="mt-1 text-text-2">{t.detail.more}</p>}
    </section>
  );
}

/** The assumptions that this very step rests on, on either side. */
export function Assumed({ timeline, moment }: { timeline: Timeline; moment: Moment }) {
  const t = useTexts();
  const shown = useApp((state) => state.shown);
  const ids = new Set(
    timeline.sides.flatMap((side) => {
      const stop = timeline.stop(moment.at[side] ?? "");
      return stop ? stop.steps.flatMap((i) => timeline.traces[side]?.steps[i]?.assumptions ?? []) : [];
    }),
  );
  const all = new Map(
    [...(shown?.healthy?.assumptions ?? []), ...(shown?.broken?.assumptions ?? [])].map((a) => [a.id, a]),
  );
  const list = [...ids].flatMap((id) => all.get(id) ?? []);
  if (list.length === 0) return null;
  return (
    <section className="mt-5">
      <h3 className="mb-1 text-heading font-bold">{t.detail.assumptions}</h3>
      <AssumptionList assumptions={list} />
    </section>
  );
}
