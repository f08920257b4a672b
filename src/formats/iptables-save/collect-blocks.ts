import type { Diagnostic, Severity } from "../../base/diagnostic.ts";
import type { Defect } from "../../base/diagnostic-codes.ts";
import type { Span } from "../../base/span.ts";
import type { Steps } from "../../base/steps.ts";
import { type Words, words } from "../../base/words.ts";
import { isTableName, type TableName } from "../../model/netfilter/hook.ts";
import type { Lines } from "../format.ts";
import { type Block, newBlock } from "./block.ts";
import { incompatibleTable, isCompleted, saysOtherBackend, type Tool, toolOf } from "./header.ts";
import { lineKind } from "./line-kind.ts";
import { closingLine, quoteOpenAfter } from "./open-quote.ts";
import { PlainLines } from "./plain-lines.ts";
import { mayBeginTable } from "./sections.ts";

export interface Collected {
  readonly blocks: readonly Block[];
  /** Where the tool says that there are rules of the other backend. */
  readonly otherBackend?: { readonly line: number; readonly at: Span };
  /** A table was there that the tool could not print. */
  readonly incompatible: boolean;
  /** The last line announces another table. */
  readonly endsAtHead?: boolean;
}

/** Lines between two yields, and characters: about a millisecond. */
const mostLines = 2048;
const mostText = 1 << 18;

/** First pass: which lines make up which table and chain. Rules themselves are read later. Yields lines that are done. */
export function* collectBlocks(lines: Lines, report: (diagnostic: Diagnostic) => void): Steps<Collected> {
  const blocks: Block[] = [];
  let block: Block | undefined;
  let tool: Tool | undefined;
  let otherBackend: Collected["otherBackend"];
  let incompatible = false;
  /** The tool's comments that stand before the next table. */
  let before: string[] = [];
  /** Inside `*name` of a table that does not exist. */
  let strangeTable = false;

  const say = (code: Defect<"iptables-save">, severity: Severity, line: number, message: Words, advice?: Words): void =>
    report({ code: `iptables-save/${code}`, severity, at: lines.span(line), message, ...(advice && { advice }) });

  const open = (table: TableName | undefined, line: number): Block => {
    block = newBlock(lines.source, table, line, tool, before);
    before = [];
    blocks.push(block);
    return block;
  };
  /** The block this line adds to; rules and chains outside any `*table` … COMMIT make one of their own. */
  const current = (line: number): Block => {
    if (block && !block.committed) return block;
    if (block?.committed && block.to === line - 1 && block.table !== undefined)
      say(
        "after-commit",
        "warning",
        line,
        words("This line stands after COMMIT, outside any table.", "该行位于 COMMIT 之后，不属于任何表。"),
      );
    return open(undefined, line);
  };

  const sectionFor = (kind: "chain" | "rule", chain: string, line: number): Block =>
    block && mayBeginTable(block, kind, chain) ? open(undefined, line) : current(line);

  const declare = (into: Block, name: string, line: number, policy: string): void => {
    const chain = into.chains.named(name);
    if (chain.declaredAt !== undefined) {
      say("chain-twice", "error", line, words(`Chain ${name} is declared a second time.`, `链 ${name} 重复声明。`));
      return;
    }
    chain.declaredAt = line;
    if (policy === "ACCEPT" || policy === "DROP" || policy === "QUEUE" || policy === "RETURN") chain.policy = policy;
    else if (policy !== "-")
      say("unknown-policy", "error", line, words(`${policy} is not a policy.`, `${policy} 不是默认策略。`));
    into.to = line;
  };

  const comment = (written: string, line: number): void => {
    const text = written.trim();
    const found = toolOf(text);
    if (found) {
      before = [...before.filter((kept) => !toolOf(kept)), text];
      tool = found;
      return;
    }
    if (isCompleted(text)) {
      if (block?.committed && !block.completed) {
        block.completed = true;
        block.after.push(text);
      }
      tool = undefined;
    } else if (saysOtherBackend(text)) {
      if (!before.includes(text)) before = [...before, text];
      otherBackend = { line, at: lines.span(line) };
    } else {
      const table = incompatibleTable(text);
      if (table === undefined) return;
      incompatible = true;
      before = [...before, text];
      say(
        "incompatible-table",
        "error",
        line,
        words(`Table ${table} holds rules that iptables cannot print.`, `表 ${table} 中有 iptables 无法打印的规则。`),
        words("Paste nft list ruleset as well.", "请同时粘贴 nft list ruleset 的输出。"),
      );
    }
  };

  /** Where the rule on a line ends: a quoted value may hold line ends. */
  const lastLine = (into: Block, text: string, line: number): number => {
    const last =
      text.includes('"') && lines.plainLine(line) === undefined && quoteOpenAfter(text, false)
        ? closingLine((n) => lines.text(n), line, lines.length)
        : undefined;
    if (last !== undefined) into.joined.set(line, last);
    return last ?? line;
  };

  const changesRules = (command: string, line: number): void =>
    say(
      "changes-rules",
      "warning",
      line,
      words(
        `From ${command} on, lines change rules: what they leave behind is worked out, and what else the table holds is not known.`,
        `从 ${command} 起的行是修改规则的命令：这里推算其结果，表中其余内容不得而知。`,
      ),
      words("Paste the output of iptables-save.", "请粘贴 iptables-save 的输出。"),
    );

  const plainLines = new PlainLines(lines);
  let yielded = 0;
  let length = 0;
  for (let i = 0; i < lines.length; i++) {
    const next = block && isRunning(block) ? plainLines.take(block, i) : i;
    if (next > i) {
      yielded = next;
      yield next;
      if (next === lines.length) break;
      i = next;
    }
    const plain = lines.plainLine(i);
    const text = lines.text(i);
    length += text.length;
    if (i - yielded >= mostLines || length > mostText) {
      yielded = i;
      length = 0;
      yield i;
    }
    const kind = lineKind(text);
    if (strangeTable && kind.kind !== "table" && kind.kind !== "commit") continue;
    switch (kind.kind) {
      case "blank":
        break;
      case "comment":
        comment(text, i);
        break;
      case "table":
        strangeTable = !isTableName(kind.name);
        if (isTableName(kind.name)) open(kind.name, i);
        else {
          block = undefined;
          say(
            "unknown-table",
            "error",
            i,
            words(
              `iptables has no table ${kind.name}; its lines are not read.`,
              `iptables 没有表 ${kind.name}；其内容未读取。`,
            ),
          );
        }
        break;
      case "chain":
        declare(sectionFor("chain", kind.name, i), kind.name, i, kind.policy);
        break;
      case "policy":
      case "new": {
        // -S prints chains before rules: another one after rules begins another listing.
        const into = block && block.table === undefined && block.ruleLines.length > 0 ? open(undefined, i) : current(i);
        if (into.table === undefined) into.listing = true;
        declare(into, kind.name, i, kind.kind === "new" ? "-" : kind.policy);
        break;
      }
      case "rule": {
        const into = sectionFor("rule", kind.chain, i);
        const chain = into.chains.named(kind.chain, i);
        chain.rules++;
        into.ruleLines.push(i);
        into.ruleChains.push(chain.index);
        i = plain === undefined ? lastLine(into, text, i) : i;
        into.to = i;
        break;
      }
      case "commit":
        if (strangeTable) strangeTable = false;
        else if (block && !block.committed && block.table !== undefined) {
          block.committed = true;
          block.to = i;
        } else say("stray-commit", "warning", i, words("COMMIT stands outside any table.", "COMMIT 不属于任何表。"));
        break;
      case "change": {
        const into = current(i);
        if (into.changes.length === 0) changesRules(kind.command, i);
        into.disturbed = true;
        const { kind: _, ...change } = kind;
        into.changes.push({ ...change, line: i });
        i = lastLine(into, text, i);
        into.to = i;
        break;
      }
      case "other":
        if (block && !block.committed) block.disturbed = true;
        say(
          "not-understood",
          "error",
          i,
          words("iptables-save prints no such line.", "iptables-save 不会打印这样的行。"),
        );
        break;
    }
  }
  block?.after.push(...before);
  return {
    blocks,
    incompatible,
    endsAtHead: before.some((line) => toolOf(line)),
    ...(otherBackend && { otherBackend }),
  };
}

/** A rule line that comes next is of this block, whatever chain it is of. */
const isRunning = ({ table, listing, committed }: Block): boolean => !committed && (table !== undefined || listing);
