import type { Severity } from "../../base/diagnostic.ts";
import type { Defect, DiagnosticCode } from "../../base/diagnostic-codes.ts";
import { type Words, words } from "../../base/words.ts";

/** Something about a rule's text, without its place. */
export interface Trouble {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: Words;
}

const error = (code: Defect<"rule">, en: string, zh: string): Trouble => ({
  code: `rule/${code}`,
  severity: "error",
  message: words(en, zh),
});
const warning = (code: Defect<"rule">, en: string, zh: string): Trouble => ({
  code: `rule/${code}`,
  severity: "warning",
  message: words(en, zh),
});

export const openQuote = error("open-quote", "The quote is not closed.", "引号没有闭合。");
export const noChain = error(
  "chain-missing",
  "The line does not name the chain it appends to.",
  "该行没有写明追加到哪条链。",
);
export const twoTargets = error("two-targets", "The rule has a second target.", "该规则有第二个动作（target）。");

export const argumentMissing = (option: string): Trouble =>
  error("argument-missing", `${option} has no value.`, `${option} 缺少取值。`);
export const unknownOption = (option: string): Trouble =>
  error("unknown-option", `Nothing in this rule has an option ${option}.`, `该规则中没有哪一部分有选项 ${option}。`);
export const strayWord = (text: string): Trouble =>
  error("stray-word", `“${text}” belongs to nothing in this rule.`, `“${text}” 在该规则中没有归属。`);
export const unknownMatch = (name: string): Trouble =>
  warning("unknown-match", `natlens does not know the match ${name}.`, `natlens 不认识匹配条件 ${name}。`);
export const unknownTarget = (name: string): Trouble =>
  warning("unknown-target", `natlens does not know the target ${name}.`, `natlens 不认识动作（target）${name}。`);
