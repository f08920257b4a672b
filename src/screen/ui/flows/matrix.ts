import type { Flow, FlowComparison } from "../../../analysis/view.ts";
import type { Language } from "../../../base/words.ts";
import { endpointText } from "../../diagram/flow-words.ts";
import type { Texts } from "../../texts/index.ts";
import { vantageKey, vantageSub } from "./vantage.ts";

export type FlowFilter = "all" | "differs" | "undecided";

export interface MatrixRow {
  readonly key: string;
  readonly flow: Flow;
  readonly cells: ReadonlyMap<string, FlowComparison>;
  readonly differs: boolean;
  readonly undecided: boolean;
  /** So many more Services fare like this one, from one vantage at least. */
  readonly alike: number;
}

export interface Vantages {
  readonly key: string;
  readonly name: string;
  readonly sub: string;
}

const order: readonly string[] = ["host", "bound", "pod", "hairpin", "external"];

/** Flows as a table: a row for each service, a column for each vantage that occurs. Rows that differ come first. */
export function matrixOf(
  flows: readonly FlowComparison[],
  t: Texts,
  language: Language,
): { readonly vantages: readonly Vantages[]; readonly rows: readonly MatrixRow[] } {
  const rows = new Map<string, { flow: Flow; cells: Map<string, FlowComparison> }>();
  const vantages = new Map<string, Vantages>();
  for (const comparison of flows) {
    const { flow } = comparison;
    const key = `${endpointText(flow.to, flow.port)}/${flow.proto}`;
    const vantage = vantageKey(flow);
    if (!vantages.has(vantage))
      vantages.set(vantage, {
        key: vantage,
        name: vantage === "bound" ? t.vantage.bound : t.vantage[flow.from],
        sub: vantageSub(flow, t, language),
      });
    const row = rows.get(key) ?? { flow, cells: new Map() };
    row.cells.set(vantage, comparison);
    rows.set(key, row);
  }
  const list = [...rows].map(([key, row]): MatrixRow => {
    const cells = [...row.cells.values()];
    return {
      key,
      ...row,
      differs: cells.some((c) => c.healthy !== undefined && c.broken !== undefined && c.healthy !== c.broken),
      alike: Math.max(...cells.map((c) => c.alike ?? 1)) - 1,
      undecided: cells.some((c) => c.healthy === "undecidable" || c.broken === "undecidable"),
    };
  });
  return {
    vantages: [...vantages.values()].sort((a, b) => order.indexOf(a.key) - order.indexOf(b.key)),
    rows: list.sort((a, b) => Number(b.differs) - Number(a.differs)),
  };
}
