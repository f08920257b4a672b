import type { Format, ShownCommand } from "../format.ts";
import { containerStamp, indentOf, type Peel, peelLength, peels, peelText } from "./peel.ts";

export interface Recognised {
  readonly format: Format;
  /** What stands before the dump's own text; the same list as the open segment's where it is of the same kind. */
  readonly peeled: readonly Peel[];
}

interface Current {
  readonly format: Format;
  readonly peeled: readonly Peel[];
}

/** A quote within a log within a quote: no paste goes deeper. */
const deepest = 3;

/** The format of a cleaned line, with what has to be taken off for it; `front` is taken off of every line. */
export function recognise(
  clean: string,
  front: readonly Peel[],
  current: Current | undefined,
  shown: readonly ShownCommand[],
  formats: readonly Format[],
): Recognised | undefined {
  if (current && current.peeled.length > 0) {
    let text = clean;
    let complete = true;
    for (const one of current.peeled) {
      if (peelLength(one, text) === 0) complete = false;
      text = peelText([one], text);
    }
    const found = decide(text, current.format, shown, formats);
    if (found && (complete || found.format === current.format)) return { ...found, peeled: current.peeled };
  }
  const before = front.length === 0 && peelLength(containerStamp, clean) > 0 ? behindContainer : front;
  const text = peelText(before, clean);
  const found = decide(text, current?.format, shown, formats);
  if (found)
    return {
      ...found,
      peeled: current?.peeled.length === before.length && before !== behindContainer ? current.peeled : before,
    };
  return peelOff(text, before, "strong", formats) ?? peelOff(text, before, "weak", formats);
}

function decide(
  line: string,
  current: Format | undefined,
  shown: readonly ShownCommand[],
  formats: readonly Format[],
): { readonly format: Format } | undefined {
  const here = current?.sniff(line, true);
  if (current && here === "strong") return { format: current };
  const sure = formats.find((f) => f.sniff(line, false) === "strong");
  if (sure) return { format: sure };
  if (current && here === "weak") return { format: current };
  for (const { words } of shown) {
    const printed = formats.find((f) => f.printedBy(words));
    if (printed?.sniff(line, true)) return { format: printed };
  }
  const weak = formats.find((f) => f.sniff(line, false) === "weak");
  return weak && { format: weak };
}

const behindContainer: readonly Peel[] = [containerStamp];

/** Behind what only marks of quotes and loggers look like, a line that fits weakly is enough; else it has to be sure. */
const telling = new Set<Peel["name"]>(["quote", "stamp"]);
/** Of these one may stand behind another. */
const several = new Set<Peel["name"]>(["stamp", "host"]);

function peelOff(
  text: string,
  taken: readonly Peel[],
  wanted: "strong" | "weak",
  formats: readonly Format[],
): Recognised | undefined {
  if (taken.length >= deepest) return undefined;
  for (const one of peels) {
    if (wanted === "weak" && !telling.has(one.name)) continue;
    const length = peelLength(one, text);
    if (length === 0 || taken.some((t) => (several.has(one.name) ? t === one : t.name === one.name))) continue;
    const rest = peelText([one], text);
    const list = [...taken, one.name === "indent" ? indentOf(length) : one];
    const found = formats.find((f) => f.sniff(rest, false) === wanted);
    if (found) return { format: found, peeled: list };
    const deeper = peelOff(rest, list, wanted, formats);
    if (deeper) return deeper;
  }
  return undefined;
}
