import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CodeArea, type CodeEntry, diagnosticCodes } from "../base/diagnostic-codes.ts";
import type { Format } from "../formats/format.ts";
import { formats } from "../formats/index.ts";
import { code, madeBy, type Page, table } from "./page.ts";

const folder = "src/formats";

/** Where the codes of an area come from, if not from the format of that name. */
const owners: Readonly<Partial<Record<CodeArea, string>>> = {
  paste: "the pasted layer: `paste/`, `segment.ts`, `read.ts`",
  rule: "a rule's words: `../model/netfilter/`",
  match: "`../model/netfilter/matches/`",
  target: "`../model/netfilter/targets/`",
  "kube-proxy": "`assemble-kube-proxy.ts`",
};

/** What natlens reads, and everything it may say about a text. */
export const formatsPage = (): Page => ({
  file: `${folder}/README.md`,
  text: `${madeBy}\n${formatsTable()}\n${codesTables()}`,
});

function formatsTable(): string {
  const rows = formats.map((format) => [`\`${format.id}\``, format.title.en, code(exampleOf(format) ?? "")]);
  return `# What natlens reads\n\n${table(["format", "what prints it", "a line that is recognised"], rows)}`;
}

/** The first line of a format's fixtures that alone tells the format. */
function exampleOf(format: Format): string | undefined {
  const fixtures = join(folder, format.id, "fixtures");
  if (!existsSync(fixtures)) return undefined;
  const lines = readdirSync(fixtures)
    .sort()
    .flatMap((name) => readFileSync(join(fixtures, name), "utf8").split("\n"));
  return (
    lines.find((line) => format.sniff(line, false) === "strong") ??
    lines.find((line) => format.sniff(line, false) === "weak")
  )?.trim();
}

function codesTables(): string {
  const areas = Object.entries(diagnosticCodes) as [CodeArea, Readonly<Record<string, CodeEntry>>][];
  const parts = areas.map(([area, entries]) => {
    const rows = Object.entries(entries)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([defect, { severity, meaning }]) => [
        `\`${area}/${defect}\``,
        severity.join(", "),
        meaning.en,
        meaning["zh-CN"],
      ]);
    return `### ${area}\n\nFrom ${owners[area] ?? `\`${area}/\``}.\n\n${table(["code", "severity", "meaning", "含义"], rows)}`;
  });
  return `## Codes of diagnostics\n\nerror: part of the text was not understood; warning: understood but suspicious, or recognised and not modelled; info: worth knowing.\n\n${parts.join("\n")}`;
}
