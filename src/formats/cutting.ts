import type { Diagnostic } from "../base/diagnostic.ts";
import type { SourceText } from "../base/source.ts";
import type { Format, Segment, ShownCommand } from "./format.ts";
import { addLine, dropLines, linesOf, newRuns, type Runs } from "./paste/lines.ts";
import type { Peel } from "./paste/peel.ts";
import { newRegions } from "./paste/regions.ts";
import { newRepairs, type Repairs, repairDiagnostics } from "./paste/repairs-told.ts";
import { standsAbove } from "./paste/second-dump.ts";

/** A segment and the lines that belong to it, from the prompt that shows its command on. 1-based, inclusive. */
export interface CutSegment extends Segment {
  readonly fromLine: number;
  readonly toLine: number;
}

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

/** Lines that nobody recognises, after which a dump is over. */
const mostStrays = 3;

/** What was cut out of a text so far, and the segment that is open. Lines are given to it one after the other. */
export class Cutting {
  readonly source: SourceText;
  readonly formats: readonly Format[];
  readonly repair: boolean;
  readonly segments: CutSegment[] = [];
  readonly diagnostics: Diagnostic[];
  readonly regions = newRegions();
  open: Open | undefined;
  /** Commands of the last prompt, and its line as long as nothing stands between it and what follows. */
  shown: readonly ShownCommand[] = [];
  prompt: number | undefined;
  /** Lines that nobody recognises, and blank ones, since the segment's last. */
  strays = 0;
  blanks = 0;
  /** Something was left out above the next line. */
  headCut = false;
  lastOfSegment = 0;

  constructor(source: SourceText, formats: readonly Format[], repair: boolean, diagnostics: readonly Diagnostic[]) {
    this.source = source;
    this.formats = formats;
    this.repair = repair;
    this.diagnostics = [...diagnostics];
  }

  /** Prompts, markup and chatter: they are told, and nothing is wrong with them. */
  noise(line: number): void {
    this.regions.add(line, "noise", this.lastOfSegment);
  }

  /** A line in no format; `below` is the command that seems to have printed it. */
  strange(line: number, below: ShownCommand | undefined): void {
    const region = this.regions.add(line, "strange", this.lastOfSegment);
    const name = below?.words[0];
    if (below && name !== undefined)
      region.command ??= { name, expected: this.formats.some((f) => f.printedBy(below.words)) };
  }

  /** A line in no format that stands among dumps: after several, or behind a blank line, the dump above is over. */
  stray(line: number): void {
    const { open } = this;
    const below = this.prompt === undefined ? undefined : this.shown[0];
    this.dropPrompt();
    const scattered = open?.format.scattered === true;
    if (open && !scattered && (this.blanks > 0 || this.strays >= mostStrays)) this.close();
    this.strange(line, below);
    if (this.open && !scattered) this.strays++;
    this.headCut = false;
  }

  /** Nothing more comes of the open segment. */
  close(): void {
    const { open, source } = this;
    if (!open) return;
    const { format, runs, peeled, command, from, last, cut, repairs } = open;
    const lines = linesOf(source, runs, peeled, this.repair);
    this.diagnostics.push(...repairDiagnostics(source, repairs));
    this.segments.push({
      format: format.id,
      lines,
      cut,
      fromLine: from,
      toLine: last,
      ...(command ? { command } : {}),
    });
    this.open = undefined;
  }

  /** No dump stands directly below the last prompt. */
  dropPrompt(): void {
    if (this.prompt !== undefined) this.noise(this.prompt);
    this.prompt = undefined;
  }

  /** Nothing that was typed stands above what follows. */
  forgetPrompt(): void {
    this.dropPrompt();
    this.shown = [];
  }

  /** A line that shows commands: what stands below is what they print. */
  beginBelow(number: number, shown: readonly ShownCommand[]): void {
    this.close();
    this.dropPrompt();
    this.shown = shown;
    this.prompt = number;
    this.strays = 0;
    this.blanks = 0;
  }

  /** Gives a line to a format's segment; `once`: what one dump has only once, if the line is such. */
  take(number: number, format: Format, peeled: readonly Peel[], text: string, once?: string): Open {
    let heads = 0;
    const before = this.open;
    if (before && before.format !== format) this.close();
    else if (before && once !== undefined && before.once.has(once)) {
      if (before.last === number - 1 && before.heads < before.runs.length) heads = before.heads;
      dropLines(before.runs, heads);
      before.last -= heads;
      this.close();
    }
    let { open } = this;
    if (!open) {
      open = this.begin(number, format, peeled, heads);
    } else if (this.strays > 0) {
      open.cut = true;
      this.regions.within();
    } else if (this.blanks > 0 && open.last + this.blanks + 1 === number)
      for (let line = open.last + 1; line < number; line++) addLine(open.runs, line);
    if (once !== undefined) open.once.add(once);
    addLine(open.runs, number);
    open.last = number;
    open.heads = text.startsWith("#") && standsAbove(format.id, text) ? open.heads + 1 : 0;
    this.lastOfSegment = number;
    this.strays = 0;
    this.blanks = 0;
    this.headCut = false;
    return open;
  }

  /** Opens a segment; the `heads` lines above are of it, too. */
  private begin(number: number, format: Format, peeled: readonly Peel[], heads: number): Open {
    const { shown } = this;
    const command = shown.find((c) => format.printedBy(c.words)) ?? shown.find((c) => showsFiles(c.words));
    const open: Open = {
      format,
      runs: newRuns(),
      peeled,
      from: this.prompt ?? number - heads,
      last: number,
      once: new Set(),
      heads: 0,
      repairs: newRepairs(),
      cut: this.headCut || peeled.some((p) => p.filtered),
      ...(command ? { command } : {}),
    };
    for (let line = number - heads; line < number; line++) addLine(open.runs, line);
    this.open = open;
    this.prompt = undefined;
    return open;
  }
}

/** Commands that show what is in a file, whatever it is: the file holds what some other command printed. */
const showsFiles = (list: readonly string[]): boolean =>
  /^(?:cat|zcat|less|more|head|tail|grep|egrep|zgrep|awk|sed)$/.test(list[0] ?? "");
