import type { Diagnostic } from "../../base/diagnostic.ts";
import type { SourceText } from "../../base/source.ts";
import { words } from "../../base/words.ts";
import { spanOfColumns } from "./lines.ts";
import { spanOfLines } from "./regions.ts";

/** A longer line is no dump of any format; it is not even decoded. */
export const longestLine = 1 << 20;
/** No paste of a person or a script holds as many dumps; each costs memory and is shown by itself. */
export const mostSegments = 2000;

export const tooLong = (source: SourceText, number: number): Diagnostic => ({
  code: "paste/line-too-long",
  severity: "error",
  at: spanOfLines(source, number, number),
  message: words("This line is longer than 1 MiB and was not read.", "该行超过 1 MiB，未读取。"),
  advice: words(
    "Paste text output, not JSON in one line; if line breaks were lost in copying, copy again.",
    "粘贴文本输出，而不是单行 JSON；如果复制时丢失了换行，请重新复制。",
  ),
});

export function badEncoding(source: SourceText, number: number, raw: string): Diagnostic {
  const column = raw.indexOf("\ufffd");
  return {
    code: "paste/encoding",
    severity: "warning",
    at: spanOfColumns(source, number, raw, column, column + 1),
    message: words(
      "Here the text is not UTF-8; such characters are replaced.",
      "此处文本不是 UTF-8，无法解码的字符已被替换。",
    ),
  };
}

export const decodedText = (source: SourceText): Diagnostic => ({
  code: "paste/utf-16",
  severity: "info",
  at: { source: source.id, from: 0, to: Math.min(1, source.bytes.length) },
  message: words(
    `${source.name} is UTF-16, as PowerShell writes files; it is read and shown as UTF-8.`,
    `${source.name} 是 UTF-16 编码（PowerShell 写文件时的默认编码），已转为 UTF-8 读取和显示。`,
  ),
});

/** From line `from` on nothing is read. */
export const tooMany = (source: SourceText, from: number, to: number): Diagnostic => ({
  code: "paste/too-many-dumps",
  severity: "error",
  at: spanOfLines(source, from, to),
  message: words(
    `${mostSegments} dumps stand before this line; from here on nothing is read.`,
    `此行之前已有 ${mostSegments} 份转储；从这里起不再读取。`,
  ),
  advice: words("Paste the dumps of one node.", "只粘贴一个节点的转储。"),
});
