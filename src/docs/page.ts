/** One file of the repository that is made from the registries, as it should stand there. */
export interface Page {
  /** From the top of the checkout. */
  readonly file: string;
  readonly text: string;
}

/** Said on top of every page. */
export const madeBy =
  "<!-- Made by `npm run docs` from the registries; a test fails when it is stale. Do not edit. -->\n";

/** A Markdown table; `|` and line ends in cells are made harmless. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |\n`;
  return line(header) + line(header.map(() => "---")) + rows.map(line).join("");
}

/** A piece of dump as a cell shows it, cut where it gets long. */
export function code(text: string): string {
  const short = text.length > 90 ? `${text.slice(0, 90)}…` : text;
  const fence = "`".repeat(Math.max(0, ...[...short.matchAll(/`+/g)].map(([ticks]) => ticks.length)) + 1);
  return fence.length > 1 ? `${fence} ${short} ${fence}` : `\`${short}\``;
}
