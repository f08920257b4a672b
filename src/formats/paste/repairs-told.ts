import type { Diagnostic } from "../../base/diagnostic.ts";
import { lineText, type SourceText } from "../../base/source.ts";
import { type Words, words } from "../../base/words.ts";
import { spanOfColumns } from "./lines.ts";
import { spanOfLines } from "./regions.ts";
import type { Repair, RepairKind } from "./repair.ts";

/** What was repaired in the lines of one segment, by kind: how often, and where first. */
export interface Repairs {
  readonly byKind: ReadonlyMap<RepairKind, { readonly line: number; readonly first: Repair; readonly n: number }>;
  add(line: number, repairs: readonly Repair[]): void;
}

export function newRepairs(): Repairs {
  const byKind = new Map<RepairKind, { line: number; first: Repair; n: number }>();
  return {
    byKind,
    add(line, repairs) {
      for (const repair of repairs) {
        const known = byKind.get(repair.kind);
        if (known) known.n++;
        else byKind.set(repair.kind, { line, first: repair, n: 1 });
      }
    },
  };
}

const what: Readonly<Record<RepairKind, Words>> = {
  typography: words("Quotes and dashes that a page or a chat has set anew", "被网页或聊天工具替换的引号和连字符"),
  width: words("Full-width characters", "全角字符"),
  escapes: words("Escapes of Markdown", "Markdown 的反斜杠转义"),
};

/** Why a reading is not of the text as it stands, and how to have it so. */
export const asItStands: Words = words(
  "If the text is meant as it stands, have it read as pasted (--as-pasted).",
  "如果原文就是如此，请选择按原样读取（--as-pasted）。",
);

/** What was read as what in one segment, the first place of each kind. */
export const repairDiagnostics = (source: SourceText, { byKind }: Repairs): Diagnostic[] =>
  [...byKind].map(([kind, { line, first, n }]) => {
    const { column, was, is } = first;
    const times = n === 1 ? words("once", "1 处") : words(`${n} times`, `共 ${n} 处`);
    return {
      code: `paste/repaired-${kind}`,
      severity: "info",
      at: spanOfColumns(source, line, lineText(source, line), column, column + was.length),
      message: words(
        `${what[kind].en} are read as a tool prints them, ${times.en}; here “${was}” as “${is}”.`,
        `${what[kind]["zh-CN"]}按工具的输出读取，${times["zh-CN"]}；此处“${was}”读作“${is}”。`,
      ),
      advice: asItStands,
    };
  });

export const diffRead = (source: SourceText, line: number): Diagnostic => ({
  code: "paste/diff",
  severity: "info",
  at: spanOfLines(source, line, line),
  message: words(
    "This is a diff: its newer text is read, lines marked with - are left out.",
    "这是一份 diff：读取其中较新的文本，标记为 - 的行略去。",
  ),
  advice: words("Paste the dump itself: a diff shows only part of it.", "请粘贴完整的导出：diff 只显示其中一部分。"),
});
