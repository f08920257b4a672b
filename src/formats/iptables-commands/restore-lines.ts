import type { Span } from "../../base/span.ts";
import type { Lines } from "../format.ts";
import type { RuleCommand } from "./command.ts";
import type { ShellWord } from "./shell.ts";

/** One line of iptables-restore's input, made of a command. */
export interface RestoreLine {
  readonly text: string;
  at(from: number, to: number): Span;
}

const quoted = (text: string): string =>
  text !== "" && !/[\s"\\]/.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`;

/** `-s 10.0.0.1,10.0.0.2` stands for a rule each: the rule's words, once for every combination. */
function combinations(rule: readonly ShellWord[]): readonly (readonly ShellWord[])[] {
  let all: ShellWord[][] = [[]];
  for (const [i, word] of rule.entries()) {
    const before = rule[i - 1]?.text === "!" ? rule[i - 2] : rule[i - 1];
    const list = /^(?:-[sd]|--(?:source|src|destination|dst))$/.test(before?.text ?? "")
      ? word.text.split(",")
      : [word.text];
    if (all.length * list.length > mostRules) return [rule];
    all = all.flatMap((words) => list.map((text) => [...words, list.length === 1 ? word : { ...word, text }]));
  }
  return all;
}

/** More rules than that nobody means by one command. */
const mostRules = 256;

/** The command in iptables-restore's words; several lines where it stands for several rules. */
export function restoreLines({ command, operands, rule, shell }: RuleCommand): readonly RestoreLine[] {
  const head: ShellWord = { text: command, from: shell.words[0]?.from ?? 0, to: shell.words[0]?.to ?? 0 };
  return combinations(rule).map((words) => lineOf([head, ...operands, ...words], shell.at));
}

function lineOf(words: readonly ShellWord[], at: RuleCommand["shell"]["at"]): RestoreLine {
  const texts = words.map(({ text }) => quoted(text));
  const starts: number[] = [];
  let column = 0;
  for (const text of texts) {
    starts.push(column);
    column += text.length + 1;
  }
  return {
    text: texts.join(" "),
    at(from, to) {
      const first = Math.max(
        0,
        starts.findLastIndex((start) => start <= from),
      );
      const last = Math.max(
        first,
        starts.findLastIndex((start) => start < to),
      );
      return at(words[first]?.from ?? 0, words[last]?.to ?? 0);
    },
  };
}

/** Such lines as iptables-save's reader takes them. */
export const linesOfCommands = (source: Lines["source"], list: readonly RestoreLine[]): Lines => ({
  source,
  length: list.length,
  text: (i) => list[i]?.text ?? "",
  plainLine: () => undefined,
  span: (i, from = 0, to = list[i]?.text.length ?? 0) =>
    list[i]?.at(from, to) ?? { source: source.id, from: 0, to: Math.min(1, source.bytes.length) },
});
