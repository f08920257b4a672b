import type { Diagnostic } from "../../base/diagnostic.ts";
import { isPlainLine, lineCount, lineEnd, lineText, type SourceText } from "../../base/source.ts";
import { numbered, type Words, words } from "../../base/words.ts";
import type { Format } from "../format.ts";
import { longestLine } from "./bounds.ts";
import { cleanLine } from "./clean-line.ts";
import { type Edit, edited } from "./edits.ts";
import { byteColumns } from "./lines.ts";
import { isFence } from "./noise.ts";
import { promptOf } from "./prompts.ts";
import { asItStands } from "./repairs-told.ts";

/** A text whose lines were broken or run together on the way, as if they were not; what was done to it is told. */
export interface Unfolded {
  readonly source: SourceText;
  readonly diagnostics: readonly Diagnostic[];
}

/** Shorter lines are not broken by any terminal or mail. */
const shortest = 60;
/** No terminal is wider. */
const longest = 400;
/** Widths that people's terminals have; another one has to be met twice. */
const usual = new Set([72, 76, 78, 80, 100, 120, 132, 160]);
/** Lines of one length, by chance, are fewer. */
const mostChance = 3;
/** Mail programs fold lines before this column. */
const mail = 80;
/** Lines of this length may be a listing that was run together. */
const runTogether = 200;
/** A rule may be as long by itself. */
const longRule = 600;
/** Fewer beginnings in one line are no listing. */
const fewest = 3;
/** Pieces of one line; no more are put together. */
const mostPieces = 40;

export function unfold(source: SourceText, formats: readonly Format[]): Unfolded | undefined {
  const joins = joinsOf(source, formats);
  const splits = splitsOf(source, formats);
  const edits = [...joins, ...splits].sort((a, b) => a.from - b.from);
  if (edits.length === 0) return undefined;
  return {
    source: edited(source, edits),
    diagnostics: [
      ...toldOf(source, "wrap", joins, {
        one: words(
          "A line that was broken at the window's or the mail's width is read as one.",
          "被终端或邮件折断的一行按一行读取。",
        ),
        more: (n) =>
          words(
            `Lines that were broken at the window's or the mail's width are read as one, in ${numbered(n, "place", "places")}.`,
            `被终端或邮件折断的行按一行读取，共 ${n} 处。`,
          ),
      }),
      ...toldOf(source, "lines", splits, {
        one: words("Two lines that were run together are read as two.", "连成一行的两行按两行读取。"),
        more: (n) =>
          words(
            `The lines of this listing were run together; it is read as ${n + 1} lines.`,
            `这段输出的换行丢失，按 ${n + 1} 行读取。`,
          ),
      }),
    ],
  };
}

function toldOf(
  source: SourceText,
  kind: "wrap" | "lines",
  edits: readonly Edit[],
  says: { readonly one: Words; more(n: number): Words },
): Diagnostic[] {
  const [first] = edits;
  if (!first) return [];
  return [
    {
      code: `paste/repaired-${kind}`,
      severity: "info",
      at: { source: source.id, from: first.from, to: Math.max(first.to, first.from + 1) },
      message: edits.length === 1 ? says.one : says.more(edits.length),
      advice: asItStands,
    },
  ];
}

/** Line ends at which a window or a mail program has broken a line. */
function joinsOf(source: SourceText, formats: readonly Format[]): Edit[] {
  const total = lineCount(source);
  const candidates = linesGoingOn(source);
  const met = new Uint32Array(longest + 1);
  for (const line of candidates) {
    const length = lengthOf(source, line);
    met[length] = (met[length] ?? 0) + 1;
  }
  const edits: Edit[] = [];
  let done = 0;
  /** Last line of the block of lines that was measured last, and its widest line. */
  let block = { to: 0, widest: 0 };
  for (const first of candidates) {
    if (first <= done) continue;
    if (first > block.to) block = blockFrom(source, first);
    const width = lengthOf(source, first);
    const full = width === block.widest && (usual.has(width) || (width > 80 && (met[width] ?? 0) >= mostChance));
    if (!full && block.widest > mail) continue;
    let text = lineText(source, first).replace(/\r$/, "");
    const format = formats.find((f) => f.sniff(text.trimStart(), false) === "strong");
    if (!format || promptOf(text) !== undefined) continue;
    for (let line = first; line < total && line - first < mostPieces; line++) {
      const next = lineText(source, line + 1).replace(/\r$/, "");
      const length = lengthOf(source, line);
      const open = quotesIn(text) % 2 === 1;
      const cut = full && length === width && (open || (met[width] ?? 0) > 1 || isRest(next));
      const folded = block.widest <= mail && length + 1 + firstWord(next) > mail - 10 && (open || isOption(next));
      if (!(cut || folded) || !goesOn(next, open, format, formats)) break;
      const is = cut ? "" : " ";
      const end = textEnd(source, line);
      edits.push({ from: end, to: source.lineStarts[line] ?? end, is });
      text += is + next;
      done = line + 1;
    }
  }
  return edits;
}

const textEnd = (source: SourceText, line: number): number => {
  const end = lineEnd(source, line);
  return end > 0 && source.bytes[end - 1] === 0x0d ? end - 1 : end;
};
const lengthOf = (source: SourceText, line: number): number =>
  textEnd(source, line) - (source.lineStarts[line - 1] ?? 0);
const firstWord = (text: string): number => text.trimStart().split(/\s/, 1)[0]?.length ?? 0;

/** 1 for what the first byte of a line says that is one of its own: `*`, `#`, a counter, a fence, a line end. */
const beginsLine = new Uint8Array(256);
for (const byte of [0x0a, 0x0d, 0x2a, 0x23, 0x5b, 0x60]) beginsLine[byte] = 1;

/** Lines of a width that windows break at, but for those before `-A`, `*`, `#` and the like: nearly every line of a dump is ruled out so. */
function linesGoingOn(source: SourceText): number[] {
  const { bytes, lineStarts } = source;
  const total = lineCount(source);
  const lines: number[] = [];
  for (let line = 1; line < total; line++) {
    const next = lineStarts[line] ?? 0;
    const first = bytes[next] ?? 0x0a;
    if (beginsLine[first] === 1 || (first === 0x2d && bytes[next + 1] === 0x41)) continue;
    const length = lengthOf(source, line);
    if (length >= shortest && length <= longest) lines.push(line);
  }
  return lines;
}

/** From here to the next blank line: a window breaks all lines of what it shows at one width. */
function blockFrom(source: SourceText, line: number): { readonly to: number; readonly widest: number } {
  const total = lineCount(source);
  let widest = 0;
  let to = line;
  for (; to <= total; to++) {
    const length = lengthOf(source, to);
    if (length === 0) break;
    widest = Math.max(widest, length);
  }
  return { to, widest };
}

/** `next` is no line of its own. What goes on inside quotes may look like anything but a line that is surely one. */
function goesOn(pasted: string, open: boolean, format: Format, formats: readonly Format[]): boolean {
  const next = cleanLine(pasted).text;
  if (next === "" || isFence(next) || promptOf(next) !== undefined) return false;
  if (open ? format.sniff(next, true) === "strong" : format.sniff(next, true) !== undefined) return false;
  return !formats.some((f) => (open ? f.sniff(next, false) === "strong" : f.sniff(next, false) !== undefined));
}

const quotesIn = (text: string): number => text.replace(/\\./g, "").split('"').length - 1;

/** One word, or options: no prose. */
const isRest = (text: string): boolean => /^ ?\S+$/.test(text) || /(?:^| )-{1,2}[a-z]/.test(text);

/** `--dport 443 -j X`, `! -s 10.0.0.0/8`: no prose begins so. */
const isOption = (text: string): boolean => /^ ?(?:!|-{1,2}(?![AINP] )[A-Za-z][\w-]*)(?:\s|$)/.test(text);

/** What begins a line of a listing. */
const beginning = new RegExp(
  `(^|\\s)(?:${[
    "(?:\\[\\d+:\\d+\\] )?-A [^\\s-]",
    "-[Aa] -[tuf] \\S",
    "-P [A-Z]+ (?:ACCEPT|DROP)",
    "-N [A-Z]",
    "\\*(?:filter|nat|mangle|raw|security)(?=\\s|$)",
    ":\\S+ (?:ACCEPT|DROP|-) \\[\\d+:\\d+\\]",
    "COMMIT(?=\\s|$)",
    "# (?:Generated by|Completed on)",
    "create \\S+ (?:hash|bitmap|list):",
    "add \\S+ [\\da-f]",
    "Chain \\S+ \\((?:policy|\\d+ ref)",
    "(?:num +)?(?:pkts +bytes +)?target +prot +opt ",
    "(?:\\d+ +)?\\d+[KMGT]? +\\d+[KMGT]? +(?:\\S+ +)?!?(?:all|tcp|udp|icmp|sctp|ipv6-icmp|\\d{1,3}) +(?:--|-f|!f) ",
    "[A-Z][\\w-]* +(?:all|tcp|udp|icmp|sctp|ipv6-icmp) +-- ",
    "(?:Prot LocalAddress:Port|-> RemoteAddress:Port)",
    "(?:TCP|UDP|SCTP) +[\\d[]\\S*:\\d+ ",
    "FWM +\\d+ ",
    "-> [\\d[]\\S*:\\d+ ",
    "\\d+: [\\w@.-]+: <",
    "(?:link/\\w+ [\\da-f:]|inet6? [\\da-f.:]+/\\d+ |valid_lft )",
  ].join("|")})`,
  "g",
);
/** Line ends that are none to natlens: CR of an old Mac, those of Unicode. */
const otherEnds = /[\r\v\u0085\u2028\u2029](?!$)/;

/** Lines that are long or not plain: all others are one line. */
function linesToCut(source: SourceText): number[] {
  const { lineStarts } = source;
  const total = lineCount(source);
  const lines: number[] = [];
  for (let line = 1; line <= total; line++) {
    const length = (lineStarts[line] ?? source.bytes.length) - (lineStarts[line - 1] ?? 0);
    if (length > runTogether || (length >= shortest && !isPlainLine(source, line))) lines.push(line);
  }
  return lines;
}

/** Blanks and other line ends where a line has to be cut in two. */
function splitsOf(source: SourceText, formats: readonly Format[]): Edit[] {
  const edits: Edit[] = [];
  for (const line of linesToCut(source)) {
    const length = lengthOf(source, line);
    const long = length > (isRule(source, line) ? longRule : runTogether);
    if (length > longestLine * 8 || (!long && isPlainLine(source, line)) || length < shortest) continue;
    const text = lineText(source, line).replace(/\r+$/, "");
    const at = otherEnds.test(text) ? endsIn(text, formats) : [];
    const places = at.length > 0 ? at : long ? beginningsIn(text) : [];
    if (places.length === 0) continue;
    const start = source.lineStarts[line - 1] ?? 0;
    const byteAt = byteColumns(source, start, text);
    for (const { from, to, is } of places) edits.push({ from: start + byteAt(from), to: start + byteAt(to), is });
  }
  return edits;
}

const isRule = (source: SourceText, line: number): boolean => {
  const from = source.lineStarts[line - 1] ?? 0;
  return source.bytes[from] === 0x2d && source.bytes[from + 1] === 0x41;
};

/** A progress bar overwrites its line with CR; a text has dumps on several of its lines. */
function endsIn(text: string, formats: readonly Format[]): Edit[] {
  const pieces = text.split(/[\r\v\u0085\u2028\u2029]/, 50);
  const fits = pieces.map((piece) => formats.map((f) => f.sniff(piece, false)).find((fit) => fit !== undefined));
  if (!fits.includes("strong") || fits.filter((fit) => fit !== undefined).length < 2) return [];
  return [...text.matchAll(/[\r\v\u0085\u2028\u2029]/g)].map(({ index }) => ({ from: index, to: index + 1, is: "\n" }));
}

function beginningsIn(text: string): Edit[] {
  const found: Edit[] = [];
  let quotes = 0;
  let counted = 0;
  let begun = 0;
  for (const { index, 0: all, 1: blank = "" } of text.matchAll(beginning)) {
    for (; counted < index; counted++) if (text[counted] === '"' && text[counted - 1] !== "\\") quotes++;
    if (quotes % 2 === 1) continue;
    begun++;
    if (index === 0 && blank === "") continue;
    const indent = /^\s*(?:link|inet)/.test(all)
      ? "    "
      : /^\s*valid_lft/.test(all)
        ? "       "
        : /^\s*->/.test(all)
          ? "  "
          : "";
    found.push({ from: index, to: index + blank.length, is: `\n${indent}` });
  }
  return begun >= fewest ? found.filter((edit) => edit.from > 0) : [];
}
