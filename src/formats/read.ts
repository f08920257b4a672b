import type { Diagnostic } from "../base/diagnostic.ts";
import type { SourceText } from "../base/source.ts";
import { lineAt } from "../base/span.ts";
import { words } from "../base/words.ts";
import { assemble, type Piece } from "./assemble.ts";
import type { Segment } from "./format.ts";
import { formats } from "./index.ts";
import type { Reading, ReadProgress, RecognisedSegment } from "./reading.ts";
import { segmentText } from "./segment.ts";

/** Reads all texts of one side. Yields often, so that a worker can report progress and be cancelled. */
export function* readNodeSteps(sources: readonly SourceText[]): Generator<ReadProgress, Reading> {
  const total = sources.reduce((sum, s) => sum + s.bytes.length, 0);
  const pieces: Piece[] = [];
  const segments: RecognisedSegment[] = [];
  const diagnostics: Diagnostic[] = [];
  let done = 0;
  for (const source of sources) {
    const bad = unreadable(source);
    if (bad) {
      diagnostics.push(bad);
      done += source.bytes.length;
      continue;
    }
    const steps = segmentText(source, formats);
    let step = steps.next();
    for (; !step.done; step = steps.next()) yield { done: done + step.value / 2, total };
    diagnostics.push(...step.value.diagnostics);
    for (const segment of step.value.segments) {
      yield { done: done + source.bytes.length / 2, total };
      const format = formats.find((f) => f.id === segment.format);
      if (!format) continue;
      const parsed = format.parse(segment);
      diagnostics.push(...parsed.diagnostics);
      for (const contribution of parsed.value.contributions)
        pieces.push({ contribution, coverage: parsed.value.coverage });
      segments.push({
        ...shown(segment, source),
        title: format.title,
        coverage: parsed.value.coverage,
        counts: parsed.value.counts,
      });
    }
    done += source.bytes.length;
  }
  return { snapshot: assemble(sources, pieces), segments, diagnostics: inOrder(diagnostics) };
}

export function readNode(sources: readonly SourceText[]): Reading {
  const steps = readNodeSteps(sources);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function shown(segment: Segment, source: SourceText): Omit<RecognisedSegment, "title" | "coverage" | "counts"> {
  const first = segment.lines.span(0);
  const last = segment.lines.span(Math.max(0, segment.lines.length - 1));
  return {
    format: segment.format,
    at: { source: source.id, from: first.from, to: last.to },
    lines: [lineAt(source, first.from), lineAt(source, last.from)],
    ...(segment.command ? { command: segment.command.words.join(" ") } : {}),
  };
}

function unreadable(source: SourceText): Diagnostic | undefined {
  const at = { source: source.id, from: 0, to: Math.max(1, Math.min(1, source.bytes.length)) };
  if (source.bytes.length === 0)
    return {
      code: "paste/empty",
      severity: "warning",
      at: { ...at, to: 0 },
      message: words(`${source.name} is empty.`, `${source.name} 是空的。`),
    };
  const head = source.bytes.subarray(0, 65536);
  let nul = 0;
  for (const byte of head) if (byte === 0) nul++;
  if (nul > head.length / 100 + 4)
    return {
      code: "paste/binary",
      severity: "error",
      at,
      message: words(`${source.name} is no text.`, `${source.name} 不是文本。`),
      advice: words(
        "Paste what the command prints; captures as tcpdump -n -r FILE prints them.",
        "请粘贴命令打印的文本；抓包请用 tcpdump -n -r FILE 打印。",
      ),
    };
  return undefined;
}

const inOrder = (list: readonly Diagnostic[]): Diagnostic[] =>
  [...list].sort((a, b) => (a.at.source === b.at.source ? a.at.from - b.at.from : 0));
