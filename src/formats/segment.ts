import type { Diagnostic } from "../base/diagnostic.ts";
import { isPlainLine, lineCount, lineEnd, plainEnd, type SourceText } from "../base/source.ts";
import { lineAt } from "../base/span.ts";
import { TextReader } from "../base/text-reader.ts";
import { BundleCutting } from "./bundle-cutting.ts";
import { type CutSegment, Cutting } from "./cutting.ts";
import type { Format, ShownCommand } from "./format.ts";
import { badEncoding, longestLine, mostSegments, tooLong, tooMany } from "./paste/bounds.ts";
import { frameIn } from "./paste/bundle-frame.ts";
import { type CleanLine, cleanLine } from "./paste/clean-line.ts";
import { parseCommandLine } from "./paste/command-line.ts";
import { addLines, spanOfColumns } from "./paste/lines.ts";
import { nodeHeading } from "./paste/node-heading.ts";
import { isChatter, isEllipsis, isFence, isRuler } from "./paste/noise.ts";
import { diffMark, type Peel, peelText } from "./paste/peel.ts";
import { headingOf, promptOf } from "./paste/prompts.ts";
import { recognise } from "./paste/recognise.ts";
import { regionDiagnostics, spanOfLines } from "./paste/regions.ts";
import { diffRead } from "./paste/repairs-told.ts";
import { onceOnly } from "./paste/second-dump.ts";
import { unfold } from "./paste/unfold.ts";

export type { CutSegment } from "./cutting.ts";
export interface CutText {
  readonly segments: readonly CutSegment[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A text without a line end at its end was cut off, if it is so long; short ones lose it in copying. */
const longText = 1 << 16;

const bare: readonly Peel[] = [];
const marks: readonly Peel[] = [diffMark];
/** `@@ -1,4 +1,5 @@`, `+++ b/nat.txt`: the lines below are a diff's. */
const diffHead = /^(?:@@ -\d|\+\+\+ \S)/;

/**
 * Cuts one text into segments of one format each; yields the number of bytes looked at. `repair`: what typesetting did to the text is
 * undone, and told.
 */
export function* segmentText(
  pasted: SourceText,
  formats: readonly Format[],
  repair = true,
): Generator<number, CutText> {
  const unfolded = repair ? unfold(pasted, formats) : undefined;
  const source = unfolded?.source ?? pasted;
  const cutting = new Cutting(source, formats, repair, unfolded?.diagnostics ?? []);
  const bundle = new BundleCutting(cutting);
  const total = lineCount(source);
  const reader = new TextReader(source);
  let damaged = false;
  let fenced = false;
  /** Line at which it was yielded last. */
  let yielded = 0;
  /** What every line begins with. */
  let front = bare;

  for (let number = 1; number <= total; number++) {
    const start = source.lineStarts[number - 1] ?? 0;
    const length = (source.lineStarts[number] ?? source.bytes.length) - start;
    if (number - yielded >= 2048 || start - (source.lineStarts[yielded] ?? 0) > 1 << 18) {
      yielded = number;
      yield start;
    }
    if (cutting.segments.length >= mostSegments) {
      cutting.open = undefined;
      cutting.prompt = undefined;
      cutting.diagnostics.push(tooMany(source, number, total));
      break;
    }
    if (length > longestLine) {
      cutting.close();
      cutting.dropPrompt();
      cutting.diagnostics.push(tooLong(source, number));
      cutting.lastOfSegment = number;
      continue;
    }
    const plain = isPlainLine(source, number);
    const raw = reader.read(start, plain ? plainEnd(source, number) : lineEnd(source, number));
    if (!plain && !damaged && raw.includes("\ufffd")) {
      damaged = true;
      cutting.diagnostics.push(badEncoding(source, number, raw));
    }
    const { text: clean, repairs }: Pick<CleanLine, "text" | "repairs"> = plain
      ? { text: raw }
      : cleanLine(raw, repair);
    const { open } = cutting;
    const text = peelText(open?.peeled ?? bundle.section?.peeled ?? front, clean);
    if (plain && open?.peeled.length === 0 && open.format.goesOn?.(source.bytes, start, plainEnd(source, number))) {
      cutting.take(number, open.format, open.peeled, text);
      const last = lastGoingOn(source, open.format, number);
      addLines(open.runs, number + 1, last - number);
      open.last = last;
      cutting.lastOfSegment = last;
      number = last;
      continue;
    }
    if (!/[^>\s]/.test(text)) {
      cutting.blanks++;
      if (cutting.strays > 0 && !open?.format.scattered) cutting.close();
      continue;
    }
    if (open && !mayBePrompt(text) && open.format.sniff(text, true) === "strong") {
      const into = cutting.take(number, open.format, open.peeled, text, onceOnly(open.format.id, text));
      if (repairs) into.repairs.add(number, repairs);
      continue;
    }
    const framed = frameIn(clean);
    if (framed) {
      bundle.atFrame(number, framed.frame, framed.peeled, (typed) => commandsAt(source, number, raw, typed));
      continue;
    }
    if (bundle.takeLine(number, text)) continue;
    if (isFence(text)) {
      cutting.close();
      front = bare;
      fenced = !fenced;
      // a heading above a block says what is in it
      if (!fenced || cutting.prompt === undefined) cutting.forgetPrompt();
      continue;
    }
    const typed = promptOf(text);
    if (typed !== undefined) {
      const own = formats.find((format) => format.typed?.(typed));
      if (own) {
        cutting.forgetPrompt();
        cutting.take(number, own, cutting.open?.format === own ? cutting.open.peeled : [], text);
      } else {
        front = bare;
        cutting.beginBelow(number, commandsAt(source, number, raw, typed));
      }
      continue;
    }
    if (front === bare && diffHead.test(clean)) {
      cutting.close();
      front = marks;
      cutting.diagnostics.push(diffRead(source, number));
      continue;
    }
    if (front === marks && (clean.startsWith("-") || clean.startsWith("@@ "))) {
      cutting.noise(number);
      continue;
    }
    const found = recognise(clean, front, cutting.open, cutting.shown, formats);
    if (found) {
      if (cutting.open && cutting.open.peeled !== found.peeled) cutting.close();
      const rest = peelText(found.peeled, clean);
      const into = cutting.take(number, found.format, found.peeled, rest, onceOnly(found.format.id, rest));
      if (repairs) into.repairs.add(number, repairs);
      continue;
    }
    if (nodeHeading(text)) {
      cutting.close();
      cutting.forgetPrompt();
      cutting.noise(number);
      cutting.strays = 0;
      cutting.blanks = 0;
      continue;
    }
    const title = headingOf(text);
    if (title !== undefined) {
      cutting.beginBelow(number, commandsAt(source, number, raw, title));
      continue;
    }
    if (isEllipsis(text)) {
      if (cutting.open) cutting.open.cut = true;
      cutting.headCut = true;
      cutting.noise(number);
    } else if (isChatter(text) || isRuler(text)) cutting.noise(number);
    else cutting.stray(number);
    cutting.blanks = 0;
  }
  const unended = source.bytes[source.bytes.length - 1] !== 10;
  if (cutting.open && unended && (cutting.strays > 0 || source.bytes.length > longText)) cutting.open.cut = true;
  bundle.finish();
  return {
    segments: cutting.segments.map((segment) => linesInPasted(segment, pasted, source)),
    diagnostics: [...cutting.diagnostics, ...regionDiagnostics(source, cutting.regions.list)],
  };
}

/** Which lines of the text as pasted it takes up. */
function linesInPasted(segment: CutSegment, pasted: SourceText, source: SourceText): CutSegment {
  if (source === pasted) return segment;
  const { from, to } = spanOfLines(source, segment.fromLine, segment.toLine);
  return { ...segment, fromLine: lineAt(pasted, from), toLine: lineAt(pasted, Math.max(from, to - 1)) };
}

/** A prompt begins with few characters; most lines of dumps need no closer look. */
const mayBePrompt = (text: string): boolean =>
  /^(?:[#$%+~➜❯(>/=]|\[[^\]:\s]{1,64}@|[\w.-]{1,64}@|PS |[A-Z]:\\|(?:ba|a)?sh-)/.test(text);

function commandsAt(source: SourceText, number: number, raw: string, typed: string): ShownCommand[] {
  const at = spanOfColumns(source, number, raw, 0, raw.trimEnd().length);
  return parseCommandLine(typed).map((command) => ({ ...command, at }));
}

/** The last line behind `number` up to which all lines plainly go on with its dump; not very far. */
function lastGoingOn(source: SourceText, format: Format, number: number): number {
  const { bytes, lineStarts } = source;
  const most = (lineStarts[number - 1] ?? 0) + (1 << 18);
  const total = lineCount(source);
  let last = number;
  for (; last < total && isPlainLine(source, last + 1); last++) {
    const from = lineStarts[last] ?? 0;
    const to = plainEnd(source, last + 1);
    if (to > most || !format.goesOn?.(bytes, from, to)) break;
  }
  return last;
}
