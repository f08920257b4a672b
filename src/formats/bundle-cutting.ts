import type { Cutting } from "./cutting.ts";
import type { ShownCommand } from "./format.ts";
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
import type { BundleFrame } from "./paste/bundle-frame.ts";
import { linesOf, newRuns } from "./paste/lines.ts";
import { isFence } from "./paste/noise.ts";
import type { Peel } from "./paste/peel.ts";
import { promptOf } from "./paste/prompts.ts";
import { onceOnly } from "./paste/second-dump.ts";

/** Cuts the collector's bundle: its frames say where each command's output begins and ends, and which command it was. */
export class BundleCutting {
  private readonly cutting: Cutting;
  private bundle: Bundle | undefined;
  /** The section that is being read. */
  section: Section | undefined;

  constructor(cutting: Cutting) {
    this.cutting = cutting;
  }

  /** `commands`: those that a line shows at which a section begins. */
  atFrame(
    number: number,
    frame: BundleFrame,
    peeled: readonly Peel[],
    commands: (typed: string) => readonly ShownCommand[],
  ): void {
    const { cutting } = this;
    if (frame.kind === "bundle") {
      this.abandonSection();
      this.close();
    }
    this.dropBefore();
    this.bundle ??= newBundle(number, peeled, cutting.segments.length);
    addFrame(this.bundle, number, this.section === undefined && frame.kind !== "begin");
    cutting.lastOfSegment = number;
    cutting.strays = 0;
    cutting.blanks = 0;
    if (frame.kind === "error") {
      if (this.section) this.section.messages++;
    } else if (frame.kind === "end" && this.section?.number === frame.section) {
      this.endSection(this.section, number, frame);
    } else {
      this.abandonSection();
      if (frame.kind === "begin") {
        cutting.shown = commands(frame.command);
        this.section = newSection(frame.section, number, peeled, cutting.shown, cutting.formats);
        cutting.prompt = number;
        if (this.section.formats.length === 0) this.bundle.unused.set(number, frame.command);
      } else if (frame.kind === "bundle-end") this.close();
    }
  }

  /** A line within a section is what its command printed. False: the section is over, something else was pasted behind it. */
  takeLine(number: number, text: string): boolean {
    const { cutting, section } = this;
    if (!section) return false;
    const { open } = cutting;
    const format =
      section.formats.find((f) => f === open?.format && f.sniff(text, true) !== undefined) ??
      section.formats.find((f) => f.sniff(text, true) !== undefined);
    if (format) {
      cutting.take(number, format, section.peeled, text, onceOnly(format.id, text));
      return true;
    }
    if (isFence(text) || (!isLoose(section) && promptOf(text) !== undefined)) {
      this.abandonSection();
      return false;
    }
    if (!isLoose(section)) {
      cutting.strange(number, cutting.shown[0]);
      if (cutting.open) cutting.strays++;
    }
    cutting.blanks = 0;
    return true;
  }

  /** The text is over. */
  finish(): void {
    if (this.section) this.abandonSection();
    this.cutting.close();
    this.cutting.dropPrompt();
    this.close();
  }

  private endSection(section: Section, number: number, { ending }: BundleFrame & { readonly kind: "end" }): void {
    const { cutting } = this;
    const { cut, nothing } = sectionEnd(section, number, ending);
    const silent = section.formats.find((f) => f.printedNothing);
    const command = cutting.shown.find((c) => silent?.printedBy(c.words));
    if (cutting.open) {
      cutting.open.cut ||= cut;
      cutting.open.last = number;
      cutting.close();
    } else if (nothing && silent && command)
      cutting.segments.push({
        format: silent.id,
        lines: linesOf(cutting.source, newRuns(), [], cutting.repair),
        cut: false,
        fromLine: section.line,
        toLine: number,
        command,
      });
    this.section = undefined;
    cutting.prompt = undefined;
    cutting.shown = [];
  }

  /** A section ends before its last line: the bundle is cut, or something else was pasted behind it. */
  private abandonSection(): void {
    const { cutting } = this;
    if (cutting.open && this.section) cutting.open.cut = true;
    cutting.close();
    if (this.section) cutting.prompt = undefined;
    this.section = undefined;
    cutting.shown = [];
  }

  /** What was pasted above the bundle ends with it. */
  private dropBefore(): void {
    if (this.section) return;
    this.cutting.close();
    this.cutting.dropPrompt();
  }

  private close(): void {
    const { bundle, cutting } = this;
    if (!bundle) return;
    const { from, head, index, runs, peeled } = bundle;
    const lines = linesOf(cutting.source, runs, peeled, cutting.repair);
    cutting.segments.splice(index, 0, { format: "bundle", lines, cut: false, fromLine: from, toLine: head });
    cutting.diagnostics.push(...notUsed(cutting.source, bundle));
    this.bundle = undefined;
  }
}
