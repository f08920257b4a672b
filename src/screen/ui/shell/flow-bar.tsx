import type { ReactNode } from "react";
import type { Flow } from "../../../analysis/view.ts";
import { endpointText, fieldKey, flowId } from "../../diagram/flow-words.ts";
import { vantageName } from "../flows/vantage.ts";
import { useActions, useApp, useTexts } from "../kit/store.tsx";

/** From where, to what, by which protocol: choosing asks the worker for that flow. */
export function FlowBar() {
  const t = useTexts();
  const actions = useActions();
  const flow = useApp((state) => state.shown?.flow);
  const flows = useApp((state) => state.view?.diagnosis.flows);
  if (!flow || !flows) return null;
  const all = flows.some((f) => flowId(f.flow) === flowId(flow))
    ? flows.map((f) => f.flow)
    : [flow, ...flows.map((f) => f.flow)];
  const to = endpointText(flow.to, flow.port);
  const froms = unique(
    all.filter((f) => endpointText(f.to, f.port) === to && f.proto === flow.proto),
    fromKey,
  );
  const tos = unique(all, (f) => endpointText(f.to, f.port));
  const protos = unique(
    all.filter((f) => endpointText(f.to, f.port) === to),
    (f) => f.proto,
  );
  const choose = (wanted: Partial<Record<"from" | "to" | "proto", string>>): void => {
    const best = nearest(all, flow, wanted);
    if (best) void actions.askFlow(best);
  };
  return (
    <fieldset
      className="flex min-w-0 items-stretch rounded-md border border-line-3 bg-bg-1 max-md:order-last max-md:w-full max-md:flex-wrap"
      aria-label={t.top.flow}
    >
      <Choice label={t.top.from} value={fromKey(flow)} onChoose={(from) => choose({ from })} bold>
        {froms.map((f) => (
          <option key={fromKey(f)} value={fromKey(f)}>
            {vantageName(f, t)}
          </option>
        ))}
      </Choice>
      <Choice label={t.top.to} value={to} onChoose={(value) => choose({ to: value })} mono>
        {tos.map((f) => (
          <option key={endpointText(f.to, f.port)}>{endpointText(f.to, f.port)}</option>
        ))}
      </Choice>
      <Choice value={flow.proto} onChoose={(proto) => choose({ proto })} mono label="" name={t.top.flow}>
        {protos.map((f) => (
          <option key={f.proto}>{f.proto}</option>
        ))}
      </Choice>
    </fieldset>
  );
}

const fromKey = (flow: Flow): string => `${flow.from}${flow.source === undefined ? "" : `@${fieldKey(flow.source)}`}`;

function unique<T>(list: readonly T[], keyOf: (value: T) => string): readonly T[] {
  const first = new Map<string, T>();
  for (const value of list) if (!first.has(keyOf(value))) first.set(keyOf(value), value);
  return [...first.values()];
}

/** The known flow that is as asked and otherwise as like the present one as can be. */
function nearest(
  all: readonly Flow[],
  now: Flow,
  wanted: Partial<Record<"from" | "to" | "proto", string>>,
): Flow | undefined {
  const is = {
    from: wanted.from ?? fromKey(now),
    to: wanted.to ?? endpointText(now.to, now.port),
    proto: wanted.proto ?? now.proto,
  };
  const fits = all.filter(
    (f) =>
      (wanted.from === undefined || fromKey(f) === is.from) &&
      (wanted.to === undefined || endpointText(f.to, f.port) === is.to) &&
      (wanted.proto === undefined || f.proto === is.proto),
  );
  const score = (f: Flow): number =>
    Number(fromKey(f) === is.from) + Number(endpointText(f.to, f.port) === is.to) * 2 + Number(f.proto === is.proto);
  return [...fits].sort((a, b) => score(b) - score(a))[0];
}

interface ChoiceProps {
  readonly label: string;
  readonly name?: string;
  readonly value: string;
  readonly onChoose: (value: string) => void;
  readonly children: ReactNode;
  readonly bold?: boolean;
  readonly mono?: boolean;
}

function Choice({ label, name, value, onChoose, children, bold, mono }: ChoiceProps) {
  return (
    <label className="flex min-w-0 items-center gap-1.5 border-l border-line-1 px-2.5 first:border-l-0 max-md:min-h-9 max-md:first:basis-full max-md:first:border-b max-md:[&:nth-child(2)]:flex-1 max-md:[&:nth-child(2)]:border-l-0">
      {label && <span className="text-text-3">{label}</span>}
      <select
        aria-label={label ? undefined : name}
        value={value}
        onChange={(event) => onChoose(event.target.value)}
        className={`flow-select min-h-8 min-w-0 max-w-full bg-bg-1 pr-5 text-text-1 ${mono ? "mono text-code" : ""} ${bold ? "font-bold" : ""} max-md:flex-1`}
      >
        {children}
      </select>
    </label>
  );
}
