import { looksLikeOption } from "./option-word.ts";
import type { Rule } from "./rule.ts";
import type { RuleWord } from "./split-words.ts";

/** What stands before a rule's conditions. */
export interface RuleStart {
  readonly counters: Rule["counters"];
  /** Undefined: the line appends to nothing. */
  readonly chain: string | undefined;
  /** Number of words it takes. */
  readonly length: number;
}

/** `[12:3456] -A CHAIN`; the counters are what iptables-save -c writes. */
export function readRuleStart(words: readonly RuleWord[]): RuleStart {
  const first = /^\[(\d+):(\d+)\]$/.exec(words[0]?.text ?? "");
  const counters = first ? { packets: first[1] ?? "0", bytes: first[2] ?? "0" } : undefined;
  const at = first ? 1 : 0;
  const command = words[at]?.text ?? "";
  const joined = /^-A(.+)$/.exec(command)?.[1];
  if (joined !== undefined) return { counters, chain: joined, length: at + 1 };
  const name = words[at + 1];
  if ((command !== "-A" && command !== "--append") || !name || looksLikeOption(name))
    return { counters, chain: undefined, length: at };
  return { counters, chain: name.text, length: at + 2 };
}
