import { type Words, words } from "../../base/words.ts";
import type { Family } from "../net/ip.ts";
import { matches } from "./matches/index.ts";
import type { Support } from "./support.ts";
import { targets, verdicts } from "./targets/index.ts";

/** One name after `-m` or `-j`, and how far natlens understands it. */
export interface Understood {
  readonly kind: "match" | "target";
  readonly name: string;
  /** The only family that has it; absent: both. */
  readonly family?: Family;
  readonly level: Support;
  /** What the level means here, where it does not speak for itself. */
  readonly note?: Words;
}

/** What each level means for a rule that uses the match or target. */
export const supportWords: Readonly<Record<Support, Words>> = {
  modelled: words("works as in the kernel", "与内核一致"),
  caveat: words("works as in the kernel, with the reservation noted", "与内核一致，但有所注明的保留"),
  recognised: words("read and printed; the rule is undecided", "可读取和打印；规则无法判定"),
  inert: words("read and printed; it changes no packet's fate", "可读取和打印；不影响报文去向"),
  unrecognised: words("kept word by word; the rule is undecided", "逐字保留；规则无法判定"),
};

const byName = (a: Understood, b: Understood): number => (a.name < b.name ? -1 : 1);

/** Every match and target that natlens knows, each kind by name. */
export function understood(): readonly Understood[] {
  const row = (kind: Understood["kind"], { name, family, level, note }: Omit<Understood, "kind">): Understood => ({
    kind,
    name,
    level,
    ...(family && { family }),
    ...(note && { note }),
  });
  return [
    ...[...matches.values()].map((match) => row("match", match)).sort(byName),
    ...[
      ...[...targets.values()].map((target) => row("target", target)),
      ...verdicts.map((name) => row("target", { name, level: "modelled" })),
    ].sort(byName),
  ];
}
