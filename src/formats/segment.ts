import type { Diagnostic } from "../base/diagnostic.ts";
import { lineCount, type SourceText } from "../base/source.ts";
import { cleanLine, rawLine, spanOfColumns } from "./clean-line.ts";
import type { Format, Lines, Segment, ShownCommand } from "./format.ts";
import { indentLength, stampLength } from "./peel.ts";
import { promptOf } from "./prompt.ts";
import { Strange } from "./strange.ts";

export interface CutText {
  readonly segments: readonly Segment[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Recognition looks no further into a line, so that its patterns cannot take long. */
const sniffed = 4096;
const quoteMark = /^(?:\s{0,3}>)+\s?/;
const fence = /^\s*(?:```|~~~)/;

interface Open {
  readonly format: Format;
  readonly numbers: number[];
  readonly command: ShownCommand | undefined;
  /** Its lines stand behind stamps. */
  readonly stamped: boolean;
  /** A few strange lines in a row, with no blank one, interrupt a dump and do not end it. */
  gap: number;
}

interface Fit {
  readonly format: Format;
  /** Columns of the cleaned line that are a stamp or an indent. */
  readonly peeled: number;
  readonly stamped: boolean;
}

/** Cuts one text into segments of one format each; yields the number of bytes looked at. */
export function* segmentText(source: SourceText, formats: readonly Format[]): Generator<number, CutText> {
  const segments: Segment[] = [];
  const strange = new Strange(source);
  const fronts = new Map<number, number>();
  let open: Open | undefined;
  let command: ShownCommand | undefined;
  const total = lineCount(source);

  const close = (atEnd = false): void => {
    if (open) segments.push(segmentOf(source, open, fronts, atEnd && endsCut(source)));
    open = undefined;
  };

  for (let number = 1; number <= total; number++) {
    if (number % 2048 === 0) yield source.lineStarts[number] ?? source.bytes.length;
    const raw = rawLine(source, number);
    const front = raw.charCodeAt(0) <= 62 ? (quoteMark.exec(raw)?.[0].length ?? 0) : 0;
    if (front > 0) fronts.set(number, front);
    const clean = cleanLine(raw, front);
    const line = clean.text.length > sniffed ? clean.text.slice(0, sniffed) : clean.text;
    strange.look(number, raw);
    if (open && !open.stamped && open.format.sniff(line, true) === "strong") {
      open.numbers.push(number);
      open.gap = 0;
      continue;
    }
    if (line.trim() === "") {
      if (open) open.numbers.push(number);
      if (open && open.gap > 0) close();
      continue;
    }
    if (fence.test(line)) {
      close();
      command = undefined;
      continue;
    }
    const prompt = promptOf(line);
    if (prompt) {
      close();
      command = { ...prompt, at: spanOfColumns(source, number, raw, 0, raw.length) };
      continue;
    }
    const fit = decide(line, open, command, formats);
    if (!fit) {
      strange.add(number);
      if (open && ++open.gap > mostInterruptions) close();
      continue;
    }
    strange.end();
    if (fit.peeled > 0) fronts.set(number, clean.at(fit.peeled));
    if (open && open.format !== fit.format) close();
    const own = command && belongs(command, fit.format, formats) ? command : undefined;
    open ??= { format: fit.format, numbers: [], command: own, stamped: fit.stamped, gap: 0 };
    open.numbers.push(number);
    open.gap = 0;
  }
  close(true);
  return { segments, diagnostics: strange.diagnostics() };
}

const mostInterruptions = 2;

/** The format of a line: what is surest first. */
function decide(
  line: string,
  open: Open | undefined,
  command: ShownCommand | undefined,
  formats: readonly Format[],
): Fit | undefined {
  const current = open?.format;
  const bare = (format: Format): Fit => ({ format, peeled: 0, stamped: false });
  const stamp = stampLength(line);
  const rest = stamp > 0 ? line.slice(stamp) : line;
  if (open?.stamped && stamp > 0 && open.format.sniff(rest, true))
    return { format: open.format, peeled: stamp, stamped: true };
  const here = current?.sniff(line, true);
  if (current && here === "strong") return bare(current);
  const strong = formats.find((f) => f.sniff(line, false) === "strong");
  if (strong) return bare(strong);
  if (stamp > 0) {
    const behind = formats.find((f) => f.sniff(rest, false) === "strong");
    if (behind) return { format: behind, peeled: stamp, stamped: true };
  }
  if (current && here === "weak") return bare(current);
  const indent = indentLength(line);
  if (indent > 0) {
    const inner = line.slice(indent);
    const within = formats.find((f) => f.sniff(inner, f === current) === "strong");
    if (within) return { format: within, peeled: indent, stamped: false };
  }
  if (command) {
    const printed = formats.find((f) => f.printedBy(command.words));
    if (printed?.sniff(line, true)) return bare(printed);
  }
  const weak = formats.find((f) => f.sniff(line, false) === "weak");
  return weak && bare(weak);
}

/** A shown command is of no use to a segment that another command prints. */
function belongs(command: ShownCommand, format: Format, formats: readonly Format[]): boolean {
  return format.printedBy(command.words) || !formats.some((f) => f.printedBy(command.words));
}

const endsCut = (source: SourceText): boolean =>
  source.bytes[source.bytes.length - 1] !== 10 && source.bytes.length > 1 << 20;

function segmentOf(source: SourceText, open: Open, fronts: ReadonlyMap<number, number>, cut: boolean): Segment {
  let length = open.numbers.length;
  while (length > 0 && rawLine(source, open.numbers[length - 1] ?? 1).trim() === "") length--;
  const numbers = Int32Array.from(open.numbers.slice(0, length));
  const lines: Lines = {
    source,
    length,
    text(i) {
      const number = numbers[i];
      return number === undefined ? "" : cleanLine(rawLine(source, number), fronts.get(number) ?? 0).text;
    },
    span(i, from, to) {
      const number = numbers[i] ?? 1;
      const raw = rawLine(source, number);
      const line = cleanLine(raw, fronts.get(number) ?? 0);
      const end = to === undefined ? line.at(line.text.length) : line.at(to);
      return spanOfColumns(source, number, raw, line.at(from ?? 0), end);
    },
  };
  return { format: open.format.id, lines, cut, ...(open.command ? { command: open.command } : {}) };
}
