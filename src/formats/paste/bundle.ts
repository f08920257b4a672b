import type { Diagnostic } from "../../base/diagnostic.ts";
import type { SourceText } from "../../base/source.ts";
import { words } from "../../base/words.ts";
import type { Format, ShownCommand } from "../format.ts";
import type { SectionEnding } from "./bundle-frame.ts";
import { addLine, newRuns, type Runs } from "./lines.ts";
import type { Peel } from "./peel.ts";
import { spanOfLines } from "./regions.ts";

/** A section of the collector's bundle, from the line that shows its command on: what it holds needs no guessing. */
export interface Section {
  readonly number: number;
  readonly line: number;
  readonly peeled: readonly Peel[];
  /** Formats that read what its commands print; none: it is kept and not used. */
  readonly formats: readonly Format[];
  /** Lines of stderr, which stand between the output and its end. */
  messages: number;
}

export const newSection = (
  number: number,
  line: number,
  peeled: readonly Peel[],
  shown: readonly ShownCommand[],
  formats: readonly Format[],
): Section => ({
  number,
  line,
  peeled,
  formats: formats.filter((f) => shown.some((c) => f.printedBy(c.words))),
  messages: 0,
});

/** Lines that a section's format need not know: it is not read, or its lines stand among others, as in a log. */
export const isLoose = ({ formats }: Section): boolean => formats.every((f) => f.scattered);

/** A section that ends at `line`: whether lines of it are missing, and whether its command said that there is nothing. */
export function sectionEnd(
  section: Section,
  line: number,
  ending: SectionEnding,
): { readonly cut: boolean; readonly nothing: boolean } {
  const printed = line - section.line - 1 - section.messages;
  const lost = ending.lines !== undefined && ending.lines !== printed;
  const well = ending.status === 0 || ending.notRun?.why === "no-module";
  return { cut: lost || ending.more > 0 || ending.status !== 0, nothing: printed === 0 && !lost && well };
}

/** The frames of one bundle; what stands between them are segments of their own. */
export interface Bundle {
  readonly from: number;
  readonly peeled: readonly Peel[];
  readonly runs: Runs;
  /** Segments before it. */
  readonly index: number;
  /** Sections that nobody reads, by their first line. */
  readonly unused: Map<number, string>;
  /** Last line of what stands above the first section. */
  head: number;
}

export function newBundle(from: number, peeled: readonly Peel[], index: number): Bundle {
  return { from, peeled, runs: newRuns(), index, unused: new Map(), head: from };
}

/** A line of the bundle's own. */
export function addFrame(bundle: Bundle, line: number, ofHead: boolean): void {
  addLine(bundle.runs, line);
  if (ofHead && bundle.head === line - 1) bundle.head = line;
}

/** Names what was collected and is not used. */
export function notUsed(source: SourceText, { unused }: Bundle): Diagnostic[] {
  const [first] = unused.keys();
  if (first === undefined) return [];
  const list = [...new Set([...unused.values()].map((command) => command.split(" | ")[0] ?? ""))];
  return [
    {
      code: "bundle/not-used",
      severity: "info",
      at: spanOfLines(source, first, first),
      message: words(
        `The bundle holds more than natlens uses: ${list.join("; ")}.`,
        `采集结果中有 natlens 尚不使用的内容：${list.join("；")}。`,
      ),
    },
  ];
}
