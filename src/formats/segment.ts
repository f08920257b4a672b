import type { Diagnostic } from "../base/diagnostic.ts";
import { isPlainLine, lineCount, lineEnd, plainEnd, type SourceText } from "../base/source.ts";
import { lineAt } from "../base/span.ts";
import { TextReader } from "../base/text-reader.ts";
import type { Format, Segment, ShownCommand } from "./format.ts";
import { badEncoding, longestLine, mostSegments, tooLong, tooMany } from "./paste/bounds.ts";
import {
  addFrame,
  type Bundle,
  isLoose,
  newBundle,
  newSection,
  notUsed,
  type Section,
  sectionEnd,
} from "./paste/bundle.ts";
import { type BundleFrame, frameIn } from "./paste/bundle-frame.ts";
import { type CleanLine, cleanLine } from "./paste/clean-line.ts";
import { parseCommandLine } from "./paste/command-line.ts";
import { addLine, addLines, dropLines, linesOf, newRuns, type Runs, spanOfColumns } from "./paste/lines.ts";
import { nodeHeading } from "./paste/node-heading.ts";
import { isChatter, isEllipsis, isFence, isRuler } from "./paste/noise.ts";
import { diffMark, type Peel, peelText } from "./paste/peel.ts";
import { headingOf, promptOf } from "./paste/prompts.ts";
import { recognise } from "./paste/recognise.ts";
import { newRegions, regionDiagnostics, spanOfLines } from "./paste/regions.ts";
import { diffRead, newRepairs, type Repairs, repairDiagnostics } from "./paste/repairs-told.ts";
import { onceOnly, standsAbove } from "./paste/second-dump.ts";
import { unfold } from "./paste/unfold.ts";

/** A segment and the lines that belong to it, from the prompt that shows its command on. 1-based, inclusive. */
export interface CutSegment extends Segment {
  readonly fromLine: number;
  readonly toLine: number;
}
export interface CutText {
  readonly segments: readonly CutSegment[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Lines that nobody recognises, after which a dump is over. */
const mostStrays = 3;
/** A text without a line end at its end was cut off, if it is so long; short ones lose it in copying. */
const longText = 1 << 16;

interface Open {
  readonly format: Format;
  readonly runs: Runs;
  readonly peeled: readonly Peel[];
  readonly command?: ShownCommand;
  readonly from: number;
  readonly once: Set<string>;
  readonly repairs: Repairs;
  last: number;
  /** Lines at its end that may be the head of another dump. */
  heads: number;
  cut: boolean;
}

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
  const segments: CutSegment[] = [];
  const diagnostics: Diagnostic[] = [...(unfolded?.diagnostics ?? [])];
  const regions = newRegions();
  const total = lineCount(source);
  const reader = new TextReader(source);
  let open: Open | undefined;
  /** Commands of the last prompt, and its line as long as nothing stands between it and what follows. */
  let shown: readonly ShownCommand[] = [];
  let prompt: number | undefined;
  let strays = 0;
  let blanks = 0;
  let headCut = false;
  let lastOfSegment = 0;
  let damaged = false;
  let fenced = false;
  /** Line at which it was yielded last. */
  let yielded = 0;
  /** The collector's bundle that is being read, and the section of it. */
  let bundle: Bundle | undefined;
  let section: Section | undefined;
  /** What every line begins with. */
  let front = bare;

  const noise = (line: number): void => void regions.add(line, "noise", lastOfSegment);
  const strange = (line: number, below: ShownCommand | undefined): void => {
    const region = regions.add(line, "strange", lastOfSegment);
    const name = below?.words[0];
    if (below && name !== undefined)
      region.command ??= { name, expected: formats.some((f) => f.printedBy(below.words)) };
  };
  const close = (): void => {
    if (!open) return;
    const { format, runs, peeled, command, from, last, cut, repairs } = open;
    const lines = linesOf(source, runs, peeled, repair);
    diagnostics.push(...repairDiagnostics(source, repairs));
    segments.push({ format: format.id, lines, cut, fromLine: from, toLine: last, ...(command ? { command } : {}) });
    open = undefined;
  };
  const dropPrompt = (): void => {
    if (prompt !== undefined) noise(prompt);
    prompt = undefined;
  };
  const take = (number: number, format: Format, peeled: readonly Peel[], text: string, once?: string): void => {
    let heads = 0;
    if (open && open.format !== format) close();
    else if (open && once !== undefined && open.once.has(once)) {
      if (open.last === number - 1 && open.heads < open.runs.length) heads = open.heads;
      dropLines(open.runs, heads);
      open.last -= heads;
      close();
    }
    if (!open) {
      const command = shown.find((c) => format.printedBy(c.words)) ?? shown.find((c) => showsFiles(c.words));
      const from = prompt ?? number - heads;
      const cut = headCut || peeled.some((p) => p.filtered);
      open = {
        format,
        runs: newRuns(),
        peeled,
        from,
        last: number,
        once: new Set(),
        heads: 0,
        repairs: newRepairs(),
        cut,
        ...(command ? { command } : {}),
      };
      for (let line = number - heads; line < number; line++) addLine(open.runs, line);
      prompt = undefined;
    } else if (strays > 0) {
      open.cut = true;
      regions.within();
    } else if (blanks > 0 && open.last + blanks + 1 === number)
      for (let line = open.last + 1; line < number; line++) addLine(open.runs, line);
    if (once !== undefined) open.once.add(once);
    addLine(open.runs, number);
    open.last = number;
    open.heads = text.startsWith("#") && standsAbove(format.id, text) ? open.heads + 1 : 0;
    lastOfSegment = number;
    strays = 0;
    blanks = 0;
    headCut = false;
  };

  /** A section ends before its last line: the bundle is cut, or something else was pasted behind it. */
  const abandonSection = (): void => {
    if (open && section) open.cut = true;
    close();
    if (section) prompt = undefined;
    section = undefined;
    shown = [];
  };
  const closeBundle = (): void => {
    if (!bundle) return;
    const { from, head, index, runs, peeled } = bundle;
    const lines = linesOf(source, runs, peeled, repair);
    segments.splice(index, 0, { format: "bundle", lines, cut: false, fromLine: from, toLine: head });
    diagnostics.push(...notUsed(source, bundle));
    bundle = undefined;
  };
  const atFrame = (number: number, raw: string, frame: BundleFrame, peeled: readonly Peel[]): void => {
    if (frame.kind === "bundle") {
      abandonSection();
      closeBundle();
    }
    dropBefore();
    bundle ??= newBundle(number, peeled, segments.length);
    addFrame(bundle, number, section === undefined && frame.kind !== "begin");
    lastOfSegment = number;
    strays = 0;
    blanks = 0;
    if (frame.kind === "error") {
      if (section) section.messages++;
    } else if (frame.kind === "end" && section?.number === frame.section) {
      const { cut, nothing } = sectionEnd(section, number, frame.ending);
      const silent = section.formats.find((f) => f.printedNothing);
      const command = shown.find((c) => silent?.printedBy(c.words));
      if (open) {
        open.cut ||= cut;
        open.last = number;
        close();
      } else if (nothing && silent && command)
        segments.push({
          format: silent.id,
          lines: linesOf(source, newRuns(), [], repair),
          cut: false,
          fromLine: section.line,
          toLine: number,
          command,
        });
      section = undefined;
      prompt = undefined;
      shown = [];
    } else {
      abandonSection();
      if (frame.kind === "begin") {
        shown = commandsAt(source, number, raw, frame.command);
        section = newSection(frame.section, number, peeled, shown, formats);
        prompt = number;
        if (section.formats.length === 0) bundle.unused.set(number, frame.command);
      } else if (frame.kind === "bundle-end") closeBundle();
    }
  };
  /** What was pasted above the bundle ends with it. */
  const dropBefore = (): void => {
    if (section) return;
    close();
    dropPrompt();
  };

  for (let number = 1; number <= total; number++) {
    const start = source.lineStarts[number - 1] ?? 0;
    const length = (source.lineStarts[number] ?? source.bytes.length) - start;
    if (number - yielded >= 2048 || start - (source.lineStarts[yielded] ?? 0) > 1 << 18) {
      yielded = number;
      yield start;
    }
    if (segments.length >= mostSegments) {
      open = undefined;
      prompt = undefined;
      diagnostics.push(tooMany(source, number, total));
      break;
    }
    if (length > longestLine) {
      close();
      dropPrompt();
      diagnostics.push(tooLong(source, number));
      lastOfSegment = number;
      continue;
    }
    const plain = isPlainLine(source, number);
    const raw = reader.read(start, plain ? plainEnd(source, number) : lineEnd(source, number));
    if (!plain && !damaged && raw.includes("\ufffd")) {
      damaged = true;
      diagnostics.push(badEncoding(source, number, raw));
    }
    const { text: clean, repairs }: Pick<CleanLine, "text" | "repairs"> = plain
      ? { text: raw }
      : cleanLine(raw, repair);
    const text = peelText(open?.peeled ?? section?.peeled ?? front, clean);
    if (plain && open?.peeled.length === 0 && open.format.goesOn?.(source.bytes, start, plainEnd(source, number))) {
      take(number, open.format, open.peeled, text);
      const last = lastGoingOn(source, open.format, number);
      addLines(open.runs, number + 1, last - number);
      open.last = last;
      lastOfSegment = last;
      number = last;
      continue;
    }
    if (!/[^>\s]/.test(text)) {
      blanks++;
      if (strays > 0 && !open?.format.scattered) close();
      continue;
    }
    if (open && !mayBePrompt(text) && open.format.sniff(text, true) === "strong") {
      take(number, open.format, open.peeled, text, onceOnly(open.format.id, text));
      if (repairs) open.repairs.add(number, repairs);
      continue;
    }
    const framed = frameIn(clean);
    if (framed) {
      atFrame(number, raw, framed.frame, framed.peeled);
      continue;
    }
    if (section) {
      const format = section.formats.find((f) => f === open?.format && f.sniff(text, true) !== undefined);
      const other = format ?? section.formats.find((f) => f.sniff(text, true) !== undefined);
      if (other) {
        take(number, other, section.peeled, text, onceOnly(other.id, text));
        continue;
      }
      if (!isFence(text) && (isLoose(section) || promptOf(text) === undefined)) {
        if (!isLoose(section)) {
          strange(number, shown[0]);
          if (open) strays++;
        }
        blanks = 0;
        continue;
      }
      abandonSection();
    }
    if (isFence(text)) {
      close();
      front = bare;
      fenced = !fenced;
      // a heading above a block says what is in it
      if (!fenced || prompt === undefined) {
        dropPrompt();
        shown = [];
      }
      continue;
    }
    const typed = promptOf(text);
    if (typed !== undefined) {
      const own = formats.find((format) => format.typed?.(typed));
      if (own) {
        dropPrompt();
        shown = [];
        take(number, own, open?.format === own ? open.peeled : [], text, undefined);
        continue;
      }
      close();
      front = bare;
      dropPrompt();
      shown = commandsAt(source, number, raw, typed);
      prompt = number;
      strays = 0;
      blanks = 0;
      continue;
    }
    if (front === bare && diffHead.test(clean)) {
      close();
      front = marks;
      diagnostics.push(diffRead(source, number));
      continue;
    }
    if (front === marks && (clean.startsWith("-") || clean.startsWith("@@ "))) {
      noise(number);
      continue;
    }
    const found = recognise(clean, front, open, shown, formats);
    if (found) {
      if (open && open.peeled !== found.peeled) close();
      const rest = peelText(found.peeled, clean);
      take(number, found.format, found.peeled, rest, onceOnly(found.format.id, rest));
      if (repairs) open?.repairs.add(number, repairs);
      continue;
    }
    if (nodeHeading(text)) {
      close();
      dropPrompt();
      shown = [];
      noise(number);
      strays = 0;
      blanks = 0;
      continue;
    }
    const title = headingOf(text);
    if (title !== undefined) {
      close();
      dropPrompt();
      shown = commandsAt(source, number, raw, title);
      prompt = number;
      continue;
    }
    if (isEllipsis(text)) {
      if (open) open.cut = true;
      headCut = true;
      noise(number);
    } else if (isChatter(text) || isRuler(text)) noise(number);
    else {
      const below = prompt === undefined ? undefined : shown[0];
      dropPrompt();
      const scattered = open?.format.scattered === true;
      if (open && !scattered && (blanks > 0 || strays >= mostStrays)) close();
      strange(number, below);
      if (open && !scattered) strays++;
      headCut = false;
    }
    blanks = 0;
  }
  const unended = source.bytes[source.bytes.length - 1] !== 10;
  if (open && unended && (strays > 0 || source.bytes.length > longText)) open.cut = true;
  if (section) abandonSection();
  close();
  dropPrompt();
  closeBundle();
  return {
    segments: segments.map((segment) => linesInPasted(segment, pasted, source)),
    diagnostics: [...diagnostics, ...regionDiagnostics(source, regions.list)],
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

/** Commands that show what is in a file, whatever it is: the file holds what some other command printed. */
const showsFiles = (list: readonly string[]): boolean =>
  /^(?:cat|zcat|less|more|head|tail|grep|egrep|zgrep|awk|sed)$/.test(list[0] ?? "");

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
