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

/** A match or target that is read and printed but not evaluated. */
export const notModelled = (area: "match" | "target", name: string): Trouble => ({
  code: `${area}/not-modelled`,
  severity: "warning",
  message: words(
    `natlens reads ${name} but does not work out what it does; the rule is undecided.`,
    `natlens 能读取 ${name}，但不推算其作用；该规则无法判定。`,
  ),
});

/** Of rows of `iptables -L`. */
export const unreadText = (text: string): Trouble =>
  warning(
    "unread-text",
    `natlens does not know what “${text}” in this row stands for; the rule is undecided.`,
    `natlens 不明白此行中“${text}”的含义；该规则无法判定。`,
  );
export const ambiguousText = warning(
  "ambiguous-text",
  "The row can be read in two ways, as the end of a comment is not marked; the rule is undecided.",
  "由于注释的结尾没有标记，此行有两种读法；该规则无法判定。",
);
export const hostName = (name: string): Trouble =>
  warning(
    "host-name",
    `The listing names ${name} instead of an address; the rule is undecided.`,
    `列表中写的是名称 ${name} 而不是地址；该规则无法判定。`,
  );
export const serviceName = (name: string, port: string): Trouble => ({
  code: "rule/service-name",
  severity: "info",
  message: words(
    `The port is shown as ${name}, which is taken for ${port} as in the usual /etc/services.`,
    `端口显示为 ${name}，按常见的 /etc/services 视为 ${port}。`,
  ),
});
export const notListed = (what: Words): Trouble => ({ code: "rule/not-listed", severity: "info", message: what });
