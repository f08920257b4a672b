import type { Diagnostic } from "../base/diagnostic.ts";
import type { SourceText } from "../base/source.ts";
import { lineAt } from "../base/span.ts";
import { words } from "../base/words.ts";
import { assemble, type Piece } from "./assemble.ts";
import type { Segment } from "./format.ts";
import { formats } from "./index.ts";
import { limited } from "./limited.ts";
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
      diagnostics.push(...limited(parsed.diagnostics));
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
  const { snapshot, diagnostics: clashes } = assemble(sources, pieces);
  return { snapshot, segments, diagnostics: inOrder([...diagnostics, ...clashes], sources) };
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

/** Texts that are worth no further look, and why. */
function unreadable(source: SourceText): Diagnostic | undefined {
  const { bytes } = source;
  const at = { source: source.id, from: 0, to: Math.min(1, bytes.length) };
  const head = bytes.subarray(0, 65536);
  if (bytes.length <= head.length && head.every((byte) => byte <= 32 && byte !== 0))
    return {
      code: "paste/empty",
      severity: "warning",
      at,
      message: words(`${source.name} is empty.`, `${source.name} 是空的。`),
    };
  if (isBinary(head))
    return {
      code: "paste/binary",
      severity: "error",
      at,
      message: words(`${source.name} is no text.`, `${source.name} 不是文本。`),
      advice: words(
        "Paste what the command prints, in UTF-8; captures as tcpdump -n -r FILE prints them.",
        "粘贴命令打印的文本（UTF-8）；抓包用 tcpdump -n -r FILE 打印。",
      ),
    };
  return undefined;
}

/**
 * Text may hold NULs: /proc/PID/cmdline puts one between words, iptables -L one into each bpf match. Binary files have
 * them in rows or at every other byte (UTF-16), or other control characters in plenty.
 */
function isBinary(head: Uint8Array): boolean {
  let nul = 0;
  let rows = 0;
  let odd = 0;
  for (const [i, byte] of head.entries()) {
    if (byte === 0) {
      nul++;
      if (head[i - 1] === 0) rows++;
    } else if (byte < 32 && (byte < 7 || byte > 13) && byte !== 27) odd++;
  }
  return nul > head.length / 5 + 2 || rows > head.length / 200 + 4 || odd > head.length / 50 + 4;
}

function inOrder(list: readonly Diagnostic[], sources: readonly SourceText[]): Diagnostic[] {
  const order = new Map(sources.map((s, i) => [s.id, i]));
  const of = (d: Diagnostic): number => order.get(d.at.source) ?? 0;
  return [...list].sort((a, b) => of(a) - of(b) || a.at.from - b.at.from);
}
