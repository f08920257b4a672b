import type { Words } from "../base/words.ts";
import { formats } from "../formats/index.ts";
import { matches } from "../model/netfilter/matches/index.ts";
import type { Support } from "../model/netfilter/support.ts";
import { targets } from "../model/netfilter/targets/index.ts";
import { supportWords, type Understood, understood } from "../model/netfilter/understood.ts";

/** A match or target with its options, so that it is found by them too. */
export interface UnderstoodPart extends Understood {
  readonly options: readonly string[];
}

/** Everything that natlens understands, out of its registries, as the page shows it. */
export interface UnderstoodView {
  readonly formats: readonly { readonly id: string; readonly title: Words }[];
  readonly parts: readonly UnderstoodPart[];
  readonly levels: Readonly<Record<Support, Words>>;
}

export function understoodView(): UnderstoodView {
  const optionsOf = ({ kind, name }: Understood): readonly string[] =>
    Object.keys((kind === "match" ? matches : targets).get(name)?.options ?? {}).filter((o) => o.startsWith("--"));
  return {
    formats: formats.map(({ id, title }) => ({ id, title })),
    parts: understood().map((part) => ({ ...part, options: optionsOf(part) })),
    levels: supportWords,
  };
}
