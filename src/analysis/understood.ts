import type { Words } from "../base/words.ts";
import { formats } from "../formats/index.ts";
import { matches } from "../model/netfilter/matches/index.ts";
import type { Support } from "../model/netfilter/support.ts";
import { targets } from "../model/netfilter/targets/index.ts";

/** A match or a target, and how far natlens understands it. */
export interface UnderstoodPart {
  readonly name: string;
  readonly level: Support;
  readonly note?: Words;
  readonly options: readonly string[];
}

/** Everything that natlens understands, out of its registries. */
export interface Understood {
  readonly formats: readonly { readonly id: string; readonly title: Words }[];
  readonly matches: readonly UnderstoodPart[];
  readonly targets: readonly UnderstoodPart[];
}

export const understood = (): Understood => ({
  formats: formats.map(({ id, title }) => ({ id, title })),
  matches: [...matches.values()].map(part),
  targets: [...targets.values()].map(part),
});

interface Module {
  readonly name: string;
  readonly level: Support;
  readonly note?: Words;
  readonly options: Readonly<Record<string, number>>;
}

const part = ({ name, level, note, options }: Module): UnderstoodPart => ({
  name,
  level,
  ...(note ? { note } : {}),
  options: Object.keys(options).filter((option) => option.startsWith("--")),
});
