import type { Span } from "../../base/span.ts";
import { words } from "../../base/words.ts";
import type { Family } from "../net/ip.ts";
import { matches } from "./matches/index.ts";
import type { Complain, GivenOption } from "./option.ts";
import type { RuleWord } from "./split-words.ts";
import type { Support } from "./support.ts";
import { targets } from "./targets/index.ts";

/** What the rule parser needs of a match or target module. */
export interface OptionModule {
  readonly level: Support;
  readonly options: Readonly<Record<string, number>>;
  readonly freeText?: readonly string[];
  readonly optional?: readonly string[];
  readonly needs?: readonly (readonly string[])[];
  parse(options: readonly GivenOption[], complain: Complain, family: Family): unknown;
}

/** A verdict or a chain: takes no options. */
const optionless: OptionModule = { level: "modelled", options: {}, parse: () => null };

/** A `-m NAME` or `-j NAME` and what was found to belong to it. */
export interface Part {
  readonly kind: "match" | "target";
  readonly name: string;
  /** Undefined: natlens does not know the name. Words it cannot place are then taken for this part's. */
  readonly module: OptionModule | undefined;
  readonly given: GivenOption[];
  /** All words that belong to it but `-m NAME`, in order. */
  readonly own: RuleWord[];
  /** Where its name stands. */
  readonly at: () => Span;
  /** Words are among `own` that it cannot read. */
  damaged: boolean;
}

export function newPart(
  kind: "match" | "target",
  name: string,
  module: OptionModule | undefined,
  at: () => Span,
): Part {
  return { kind, name, module, given: [], own: [], at, damaged: false };
}

export const matchModule = (name: string): OptionModule | undefined => matches.get(name);
export const targetModule = (name: string, plain: boolean): OptionModule | undefined =>
  plain ? optionless : targets.get(name);

/** What a part says: its value, or undefined where it is kept as text because not all of it was understood. */
export function readPart(part: Part, family: Family, complain: Complain): unknown {
  const { module, given } = part;
  if (!module) return undefined;
  const value = module.parse(given, complain, family);
  const complete = part.damaged || hasNeeded(part.name, module, given, part.at, complain);
  return part.damaged || !complete ? undefined : value;
}

/** Of each group of options that a match or target needs, one is there. */
export function hasNeeded(
  name: string,
  module: OptionModule,
  given: readonly GivenOption[],
  at: () => Span,
  complain: Complain,
): boolean {
  let complete = true;
  for (const group of module.needs ?? []) {
    if (given.some((option) => group.includes(option.name))) continue;
    complete = false;
    const names = group.filter((option) => option.startsWith("--")).join(", ");
    complain("option-missing", at(), words(`${name} needs one of ${names}.`, `${name} 缺少选项，应有其一：${names}。`));
  }
  return complete;
}
