import { useState } from "react";
import type { Change, ChangeClass } from "../../../analysis/view.ts";
import { endpointText, flowId } from "../../diagram/flow-words.ts";
import { vantageName } from "../flows/vantage.ts";
import { DumpLine } from "../kit/dump-line.tsx";
import { SideSign } from "../kit/marks.tsx";
import { Prose } from "../kit/prose.tsx";
import { useActions, useApp, useSay, useTexts } from "../kit/store.tsx";

const PAGE = 30;
/** What counts first; what rarely matters is folded away. */
const classes: readonly ChangeClass[] = ["fate", "unknown", "build", "third-party", "noise"];
const open: ReadonlySet<ChangeClass> = new Set(["fate", "unknown"]);

/** What the nodes differ in, by meaning: grouped by whether it changes what becomes of a packet. */
export function Differences() {
  const t = useTexts();
  const changes = useApp((state) => state.view?.changes) ?? [];
  const counts = useApp((state) => state.view?.changesByClass);
  const pair = useApp((state) => state.view?.sides.healthy !== undefined && state.view.sides.broken !== undefined);
  const groups = classes.filter((one) => (counts?.[one] ?? 0) > 0);
  return (
    <section
      className="h-full overflow-auto bg-bg-0 px-7 py-5 max-md:px-4"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
      tabIndex={0}
      aria-label={t.differences.title}
    >
      <h2 className="text-verdict font-bold">{t.differences.title}</h2>
      <p className="max-w-[72ch] text-text-2">{pair ? t.differences.lead : t.differences.onlyOne}</p>
      {pair && groups.length === 0 && <p className="py-6 text-lead">{t.differences.none}</p>}
      {groups.map((one) => (
        <Group key={one} of={one} changes={changes.filter((c) => c.class === one)} inAll={counts?.[one] ?? 0} />
      ))}
    </section>
  );
}

function Group({ of, changes, inAll }: { of: ChangeClass; changes: readonly Change[]; inAll: number }) {
  const t = useTexts();
  const [most, setMost] = useState(PAGE);
  return (
    <details open={open.has(of)} className="mt-5 border-t border-line-2 pt-2" data-class={of}>
      <summary className="cursor-pointer py-1">
        <h3 className="inline text-heading font-bold">{t.differences.classes[of]}</h3>{" "}
        <span className="text-text-2">{inAll}</span>
        <p className="max-w-[72ch] text-small text-text-2">{t.differences.says[of]}</p>
      </summary>
      <ol className="grid">
        {changes.slice(0, most).map((change, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list is replaced whole, and two changes may read alike
          <Difference key={i} change={change} />
        ))}
      </ol>
      {changes.length > most && (
        <button type="button" className="button mt-2 mb-1" onClick={() => setMost(most + PAGE * 4)}>
          {t.differences.more(Math.min(changes.length - most, PAGE * 4))}
        </button>
      )}
      {changes.length <= most && inAll > changes.length && (
        <p className="mt-2 text-small text-text-2">{t.differences.left(inAll - changes.length)}</p>
      )}
    </details>
  );
}

function Difference({ change }: { change: Change }) {
  const t = useTexts();
  const say = useSay();
  const actions = useActions();
  const lines = useApp((state) => state.lines);
  const places = (["healthy", "broken"] as const).flatMap((side) => {
    const at = change[side]?.at;
    const line = at && lines[`${at.source}:${at.from}`]?.line;
    return at && line !== undefined ? [{ source: at.source, line }] : [];
  });
  return (
    <li className="border-b border-line-1 py-2.5 last:border-b-0">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <p className="min-w-0">
          <Prose text={say(change.says)} />
        </p>
        {places.length === 2 && (
          <button type="button" className="button-link text-small" onClick={() => actions.openText(...places)}>
            {t.differences.beside}
          </button>
        )}
      </div>
      <div className="mt-1 grid gap-x-4 gap-y-1 md:grid-cols-2">
        {(["healthy", "broken"] as const).map((side) => (
          <div key={side} className="min-w-0">
            <span className="flex items-center gap-1.5 text-small text-text-2">
              <SideSign side={side} size={9} />
              {t.side[side]}
            </span>
            {change[side] ? (
              <DumpLine at={change[side].at} side={side} text={change[side].text} />
            ) : (
              <p className="absent mt-1 rounded-[5px] border border-dashed border-line-3 px-2.5 py-1.5 text-small text-text-2">
                {t.differences.absent}
              </p>
            )}
          </div>
        ))}
      </div>
      {change.flows.length > 0 && <Flows ids={change.flows} />}
    </li>
  );
}

/** The flows whose fate hangs on it; a click shows the packet's way. */
function Flows({ ids }: { ids: readonly string[] }) {
  const t = useTexts();
  const actions = useActions();
  const flows = useApp((state) => state.view?.diagnosis.flows) ?? [];
  const named = flows.filter((f) => ids.includes(flowId(f.flow)));
  if (named.length === 0) return null;
  return (
    <p className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-small">
      <span className="text-text-2">{t.differences.decides}</span>
      {named.map(({ flow }) => (
        <button key={flowId(flow)} type="button" className="button-link" onClick={() => void actions.askFlow(flow)}>
          {vantageName(flow, t)} → <span className="mono text-code">{endpointText(flow.to, flow.port)}</span>{" "}
          {flow.proto}
        </button>
      ))}
    </p>
  );
}
