import { looksLikeOption } from "./option-word.ts";
import type { Rule } from "./rule.ts";
import type { RuleWord } from "./split-words.ts";

/** What stands before a rule's conditions. */
export interface RuleStart {
  readonly counters: Rule["counters"];
  /** Undefined: the line names no chain. */
  readonly chain: string | undefined;
  /** Number of words it takes. */
  readonly length: number;
}

/** Commands that a rule follows; all but the first may have its number before it. */
const commands = /^(?:-[AIDRC]|--(?:append|insert|delete|replace|check))$/;
const numbered = /^(?:-[IR]|--(?:insert|replace))$/;

/** `[12:3456] -A CHAIN`, `-I CHAIN 3`, `-D CHAIN`; the counters are what iptables-save -c writes. */
export function readRuleStart(words: readonly RuleWord[]): RuleStart {
  const first = /^\[(\d+):(\d+)\]$/.exec(words[0]?.text ?? "");
  const counters = first ? { packets: first[1] ?? "0", bytes: first[2] ?? "0" } : undefined;
  const at = first ? 1 : 0;
  const command = words[at]?.text ?? "";
  const joined = /^-A(.+)$/.exec(command)?.[1];
  if (joined !== undefined) return { counters, chain: joined, length: at + 1 };
  const name = words[at + 1];
  if (!commands.test(command) || !name || looksLikeOption(name)) return { counters, chain: undefined, length: at };
  const number = numbered.test(command) && /^\d+$/.test(words[at + 2]?.text ?? "");
  return { counters, chain: name.text, length: at + (number ? 3 : 2) };
}
