import type { Flow } from "../../../analysis/view.ts";
import type { Language } from "../../../base/words.ts";
import { flowId, isSymbolic } from "../../diagram/flow-words.ts";
import type { Texts } from "../../texts/index.ts";

/** A column of the flow matrix: from where a flow begins. */
export function vantageKey(flow: Flow): string {
  return flow.from === "host" && flow.source !== undefined ? "bound" : flow.from;
}

export function vantageName(flow: Flow, t: Texts): string {
  const name = vantageKey(flow) === "bound" ? t.vantage.bound : t.vantage[flow.from];
  return typeof flow.source === "string" ? `${name} ${flow.source}` : name;
}

export function vantageSub(flow: Flow, t: Texts, language: Language): string {
  if (isSymbolic(flow.source)) return flow.source.says[language];
  if (flow.source !== undefined) return flow.from === "host" ? t.vantageSub.bound(flow.source) : flow.source;
  return t.vantageSub[flow.from];
}

export const sameFlow = (a: Flow | undefined, b: Flow | undefined): boolean =>
  a !== undefined && b !== undefined && flowId(a) === flowId(b);
