import type { Diagnostic } from "../base/diagnostic.ts";
import type { SourceText } from "../base/source.ts";
import { formats } from "./index.ts";
import { limited } from "./limited.ts";
import { unreadable } from "./paste/unreadable.ts";
import type { Printer } from "./printer.ts";
import { segmentText } from "./segment.ts";

/**
 * The lines of `printer` for everything of its kind in the texts, in the order of the texts. What one node says twice is printed twice;
 * nothing is put together, so that the output of a tool comes back as it was.
 */
export function* printTexts(
  sources: readonly SourceText[],
  printer: Printer,
  report: (diagnostic: Diagnostic) => void,
  asPasted = false,
): Generator<string> {
  for (const source of sources) {
    const bad = unreadable(source);
    if (bad) {
      report(bad);
      continue;
    }
    const cutting = segmentText(source, formats, !asPasted);
    let step = cutting.next();
    while (!step.done) step = cutting.next();
    for (const diagnostic of step.value.diagnostics) report(diagnostic);
    for (const segment of step.value.segments) {
      const parsed = formats.find((format) => format.id === segment.format)?.parse(segment);
      if (!parsed) continue;
      const texts = parsed.value.contributions
        .map((contribution) => printer.print(contribution, source))
        .filter((lines) => lines !== undefined);
      if (texts.length === 0) continue;
      for (const diagnostic of limited(parsed.diagnostics)) report(diagnostic);
      for (const lines of texts) yield* lines;
    }
  }
}
