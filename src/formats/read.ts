import type { Diagnostic, Parsed } from "../base/diagnostic.ts";
import type { SourceText } from "../base/source.ts";
import { scaled, toEnd } from "../base/steps.ts";
import { words } from "../base/words.ts";
import { assemble, type Piece } from "./assemble.ts";
import type { Format, SegmentReading } from "./format.ts";
import { formats } from "./index.ts";
import { limited } from "./limited.ts";
import { severalNodes } from "./nodes.ts";
import { decodedText } from "./paste/bounds.ts";
import { spanOfLines } from "./paste/regions.ts";
import { unreadable } from "./paste/unreadable.ts";
import type { Reading, ReadProgress, RecognisedSegment } from "./reading.ts";
import { type CutSegment, segmentText } from "./segment.ts";

/** What one text says, before it is put together with the other texts of its node. A text is read once and kept so. */
export interface TextReading {
  readonly source: SourceText;
  readonly pieces: readonly Piece[];
  readonly segments: readonly RecognisedSegment[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads one text. Yields the bytes that are done, often enough that a worker can report progress and be cancelled.
 * `asPasted`: nothing that pasting may have damaged is repaired.
 */
export function* readTextSteps(source: SourceText, asPasted = false): Generator<number, TextReading> {
  const bad = unreadable(source);
  const decoded = source.wasUtf16 ? [decodedText(source)] : [];
  if (bad) return { source, pieces: [], segments: [], diagnostics: [...decoded, bad] };
  const pieces: Piece[] = [];
  const segments: RecognisedSegment[] = [];
  const diagnostics: Diagnostic[] = [...decoded];
  const steps = segmentText(source, formats, !asPasted);
  let step = steps.next();
  for (; !step.done; step = steps.next()) yield step.value / 2;
  diagnostics.push(...step.value.diagnostics);
  let saidWhy = false;
  for (const segment of step.value.segments) {
    const before = source.lineStarts[segment.fromLine - 1] ?? 0;
    const size = (source.lineStarts[segment.toLine] ?? source.bytes.length) - before;
    yield (source.bytes.length + before) / 2;
    const format = formats.find((f) => f.id === segment.format);
    if (!format) continue;
    const parsed =
      segment.lines.length === 0
        ? readNothing(format, segment)
        : format.parseSteps
          ? yield* scaled(format.parseSteps(segment), (share) => (source.bytes.length + before + share * size) / 2)
          : format.parse(segment);
    diagnostics.push(...limited(parsed.diagnostics));
    if (parsed.value.notOfFormat) {
      saidWhy ||= parsed.diagnostics.length > 0;
      continue;
    }
    for (const contribution of parsed.value.contributions)
      pieces.push({ contribution, coverage: parsed.value.coverage });
    segments.push({
      ...shown(segment, source),
      title: format.title,
      coverage: parsed.value.coverage,
      counts: parsed.value.counts,
    });
  }
  if (segments.length === 0 && !saidWhy && !step.value.diagnostics.some((d) => d.severity === "error"))
    diagnostics.push(nothingRecognised(source));
  diagnostics.push(...severalNodes(source, segments));
  return { source, pieces, segments, diagnostics };
}

/** Puts together what the texts of one side say. */
export function readingOf(texts: readonly TextReading[]): Reading {
  const sources = texts.map((text) => text.source);
  const { snapshot, diagnostics: clashes } = assemble(
    sources,
    texts.flatMap((text) => text.pieces),
  );
  const diagnostics = [...texts.flatMap((text) => text.diagnostics), ...clashes];
  return { snapshot, segments: texts.flatMap((text) => text.segments), diagnostics: inOrder(diagnostics, sources) };
}

export interface HowToRead {
  /** Ids of the texts that are to be read as they stand, without repairs. */
  readonly asPasted?: ReadonlySet<string>;
}

/** Reads all texts of one side. Yields often, as `readTextSteps` does. */
export function* readNodeSteps(
  sources: readonly SourceText[],
  { asPasted }: HowToRead = {},
): Generator<ReadProgress, Reading> {
  const total = sources.reduce((sum, s) => sum + s.bytes.length, 0);
  const texts: TextReading[] = [];
  let before = 0;
  for (const source of sources) {
    const steps = readTextSteps(source, asPasted?.has(source.id));
    let step = steps.next();
    for (; !step.done; step = steps.next()) yield { done: before + step.value, total };
    texts.push(step.value);
    before += source.bytes.length;
  }
  return readingOf(texts);
}

export const readNode = (sources: readonly SourceText[], how: HowToRead = {}): Reading =>
  toEnd(readNodeSteps(sources, how));

/** Of a command that ran well and printed nothing. */
function readNothing(format: Format, { command }: CutSegment): Parsed<SegmentReading> {
  const contributions = format.printedNothing?.(command?.words ?? []) ?? [];
  return { value: { contributions, coverage: "whole", counts: [] }, diagnostics: [] };
}

function shown(segment: CutSegment, source: SourceText): Omit<RecognisedSegment, "title" | "coverage" | "counts"> {
  const { fromLine, toLine, command } = segment;
  return {
    format: segment.format,
    at: spanOfLines(source, fromLine, toLine),
    lines: [fromLine, toLine],
    ...(command ? { command: command.words.join(" ") } : {}),
  };
}

const nothingRecognised = (source: SourceText): Diagnostic => ({
  code: "paste/nothing-recognised",
  severity: "warning",
  at: { source: source.id, from: 0, to: Math.min(1, source.bytes.length) },
  message: words(
    `Nothing in ${source.name} is a dump that natlens reads.`,
    `${source.name} 中没有 natlens 能读的内容。`,
  ),
  advice: words(
    "Paste what iptables-save, ipset save, ipvsadm -S -n, ip addr, ip route show table all, ip rule or sysctl -a print.",
    "粘贴 iptables-save、ipset save、ipvsadm -S -n、ip addr、ip route show table all、ip rule 或 sysctl -a 的输出。",
  ),
});

function inOrder(list: readonly Diagnostic[], sources: readonly SourceText[]): Diagnostic[] {
  const order = new Map(sources.map((s, i) => [s.id, i]));
  const of = (d: Diagnostic): number => order.get(d.at.source) ?? 0;
  return [...list].sort((a, b) => of(a) - of(b) || a.at.from - b.at.from);
}
