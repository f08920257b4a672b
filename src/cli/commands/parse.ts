import { parseArgs } from "node:util";
import { missingFor } from "../../analysis/missing.ts";
import { words } from "../../base/words.ts";
import { readNode } from "../../formats/read.ts";
import type { RecognisedSegment } from "../../formats/reading.ts";
import { type Command, Usage } from "../command.ts";
import { diagnosticJson, diagnosticText, sourcesOf, unreadableJson } from "../inputs.ts";

const shortened = (command: string): string => (command.length > 60 ? `${command.slice(0, 60)}…` : command);

export const parse: Command = {
  name: "parse",
  usage: "parse FILE… [--json]",
  does: words(
    "what was recognised, how much of it, and what was not understood",
    "识别出了什么、各有多少，以及哪些没有读懂",
  ),
  details: [
    words(
      "Prints each dump with its lines, whether it is whole, and counts; then what was not understood, with its place; then what is missing.",
      "依次打印：每份导出的行号、是否完整和数量；没有读懂的内容及其位置；还缺少什么。",
    ),
    words("--json  the same as JSON", "--json  以 JSON 输出同样的内容"),
  ],
  run(args, console, language) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: "boolean" } },
      allowPositionals: true,
    });
    if (positionals.length === 0) throw new Usage("parse needs a file");
    const { sources, unreadable } = sourcesOf(console, "input", positionals);
    for (const error of unreadable) console.err(`natlens: ${error.message}`);
    const reading = readNode(sources, { asPasted: new Set(console.asPasted ? sources.map(({ id }) => id) : []) });
    const named = new Map(sources.map((s) => [s.id, s]));
    const missing = reading.segments.length > 0 ? missingFor({ broken: reading.snapshot }) : [];
    const file = (segment: RecognisedSegment): string => named.get(segment.at.source)?.name ?? segment.at.source;
    if (values.json) {
      const segments = reading.segments.map((s) => ({
        file: file(s),
        format: s.format,
        fromLine: s.lines[0],
        toLine: s.lines[1],
        coverage: s.coverage,
        counts: Object.fromEntries(s.counts.map((c) => [c.of.en, c.n])),
        ...(s.command === undefined ? {} : { command: s.command }),
      }));
      const diagnostics = [
        ...unreadable.map(unreadableJson),
        ...reading.diagnostics.map((d) => diagnosticJson(named, d, language)),
      ];
      const commands = missing.map(({ command, why, weight }) => ({ command, why: why[language], weight }));
      console.out(JSON.stringify({ schema: 1, segments, diagnostics, missing: commands }, null, 1));
    } else {
      const coverage = {
        whole: words("whole", "完整"),
        partial: words("partial", "不完整"),
        absent: words("absent", "缺失"),
      };
      for (const s of reading.segments)
        console.out(
          [
            `${file(s)}:${s.lines[0]}-${s.lines[1]}`,
            s.title[language],
            coverage[s.coverage][language],
            s.counts.map((c) => `${c.n} ${c.of[language]}`).join(", "),
            s.command === undefined ? "" : `$ ${shortened(s.command)}`,
          ]
            .filter(Boolean)
            .join("  "),
        );
      if (reading.segments.length === 0)
        console.out(words("Nothing was recognised.", "没有识别出任何内容。")[language]);
      for (const d of reading.diagnostics) console.out(`\n${diagnosticText(named, d, language)}`);
      if (missing.length > 0)
        console.out(`\n${words("Missing for a firm verdict:", "要得出确定的结论，还缺少：")[language]}`);
      for (const { command, why } of missing) console.out(`  ${command}\n      ${why[language]}`);
    }
    return reading.segments.length === 0 || unreadable.length > 0 ? 2 : 0;
  },
};
