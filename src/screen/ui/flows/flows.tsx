import { useMemo, useState } from "react";
import type { FlowComparison } from "../../../analysis/view.ts";
import { endpointText, flowId } from "../../diagram/flow-words.ts";
import { type Texts, textsIn } from "../../texts/index.ts";
import { OutcomeMark, SideSign } from "../kit/marks.tsx";
import { useActions, useApp, useLanguage, useTexts } from "../kit/store.tsx";
import { Legend } from "./legend.tsx";
import { type FlowFilter, type MatrixRow, matrixOf } from "./matrix.ts";
import { sameFlow, vantageName } from "./vantage.ts";

const PAGE = 60;
const filters: readonly FlowFilter[] = ["all", "differs", "undecided"];

/** Services by vantage points: which flows work on which side. A click shows the packet's way. */
export function Flows() {
  const t = useTexts();
  const language = useLanguage();
  const flows = useApp((state) => state.view?.diagnosis.flows) ?? [];
  const [filter, setFilter] = useState<FlowFilter>("all");
  const [most, setMost] = useState(PAGE);
  const matrix = useMemo(() => matrixOf(flows, textsIn(language), language), [flows, language]);
  const counts = {
    all: matrix.rows.length,
    differs: matrix.rows.filter((r) => r.differs).length,
    undecided: matrix.rows.filter((r) => r.undecided).length,
  };
  const rows = matrix.rows.filter((row) => filter === "all" || (filter === "differs" ? row.differs : row.undecided));
  return (
    <section
      className="h-full overflow-auto bg-bg-0 px-7 py-5 max-md:px-4"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
      tabIndex={0}
      aria-label={t.flows.title}
    >
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-verdict font-bold">{t.flows.title}</h2>
        <fieldset className="flex rounded-md border border-line-3" aria-label={t.flows.title}>
          {filters.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={filter === one}
              onClick={() => setFilter(one)}
              className="min-h-8 border-l border-line-1 px-3 first:border-l-0 aria-pressed:bg-bg-2 aria-pressed:font-bold"
            >
              {t.flows[one]}{" "}
              <span className="font-normal text-text-3">
                {one === "all" ? t.flows.services(counts.all) : counts[one]}
              </span>
            </button>
          ))}
        </fieldset>
      </div>
      <Table rows={rows.slice(0, most)} vantages={matrix.vantages} t={t} />
      {rows.length === 0 && <p className="py-6 text-text-2">{t.flows.none}</p>}
      {rows.length > most && (
        <button type="button" className="button mt-3" onClick={() => setMost(most + PAGE * 4)}>
          {t.flows.more(rows.length - most)}
        </button>
      )}
      <Legend />
    </section>
  );
}

function Table({
  rows,
  vantages,
  t,
}: {
  rows: readonly MatrixRow[];
  vantages: ReturnType<typeof matrixOf>["vantages"];
  t: Texts;
}) {
  return (
    <table className="flow-table mt-4 w-full border-collapse">
      <thead>
        <tr className="border-b border-line-2 align-bottom">
          <th scope="col" className="pb-2 text-left text-small">
            {t.flows.service}
          </th>
          {vantages.map((vantage) => (
            <th key={vantage.key} scope="col" className="px-1 pb-2 text-center text-small">
              {vantage.name}
              <span className="block text-label font-normal text-text-3">{vantage.sub}</span>
              <span className="mt-1 flex justify-center gap-4">
                <SideSign side="healthy" size={8} />
                <SideSign side="broken" size={8} />
              </span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} className="border-b border-line-1">
            <th scope="row" className="py-2 pr-3 text-left font-normal">
              <span className="mono text-code font-bold break-all">{endpointText(row.flow.to, row.flow.port)}</span>{" "}
              <span className="mono text-code text-text-2">{row.flow.proto}</span>
              {row.alike > 0 && <span className="block text-label text-text-3">{t.flows.alike(row.alike)}</span>}
            </th>
            {vantages.map((vantage) => (
              <td key={vantage.key} data-label={vantage.name} className="py-1 text-center">
                <Cell comparison={row.cells.get(vantage.key)} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell({ comparison }: { comparison: FlowComparison | undefined }) {
  const t = useTexts();
  const actions = useActions();
  const current = useApp((state) => sameFlow(state.shown?.flow, comparison?.flow));
  if (!comparison)
    return (
      <span className="inline-block text-text-3" role="img" aria-label={t.notApplied}>
        –
      </span>
    );
  const { healthy, broken, flow } = comparison;
  const fault = broken !== undefined && broken !== "delivered" && broken !== healthy ? broken : undefined;
  const name = `${vantageName(flow, t)}, ${endpointText(flow.to, flow.port)}: ${[healthy && `${t.side.healthy} ${t.outcome[healthy]}`, broken && `${t.side.broken} ${t.outcome[broken]}`].filter(Boolean).join(", ")}`;
  return (
    <button
      type="button"
      aria-label={name}
      aria-current={current ? "true" : undefined}
      onClick={() => void actions.askFlow(flow)}
      data-flow={flowId(flow)}
      className="inline-flex min-h-9 min-w-24 flex-col items-center justify-center rounded px-2 py-1 hover:bg-bg-2 aria-[current]:outline-2 aria-[current]:outline-focus"
    >
      <span className="flex gap-2.5">
        <OutcomeMark outcome={healthy} />
        <OutcomeMark outcome={broken} />
      </span>
      {fault && (
        <span className={fault === "undecidable" ? "text-label text-text-2" : "text-label text-drop"}>
          {t.outcome[fault]}
        </span>
      )}
    </button>
  );
}
