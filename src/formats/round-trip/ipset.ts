import { readFileSync } from "node:fs";
import { sourceText } from "../../base/source.ts";
import { ipsetSavePrinter } from "../ipset-save/print.ts";
import { printTexts } from "../print.ts";
import type { Checked, Difference } from "./check.ts";
import { runTool } from "./kernel.ts";
import { dropSets } from "./sets.ts";

/** Every set type with its options, and the forms of its elements, one `create` or `add` a line. */
const file = "src/formats/round-trip/sets.restore.txt";

export interface CheckedSets extends Checked {
  readonly loaded: number;
  readonly refused: readonly string[];
}

/** Loads sets and elements in all spellings, and checks that what `ipset save` gives is printed as it was. */
export function checkSets(): CheckedSets {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  const refused: string[] = [];
  for (const line of lines) {
    const { ok, err } = runTool("ipset", ["restore"], `${line}\n`);
    if (!ok) refused.push(`${line}: ${err.trim()}`);
  }
  const saved = runTool("ipset", ["save"]).out;
  dropSets();
  const kernel = saved.replace(/\n$/, "").split("\n");
  const printed = [...printTexts([sourceText("sets", "ipset save", saved)], ipsetSavePrinter, () => {})];
  const differences: Difference[] = [];
  let identical = 0;
  for (let i = 0; i < Math.max(kernel.length, printed.length); i++)
    if (kernel[i] === printed[i]) identical++;
    else
      differences.push({ where: "ipset save", kernel: kernel[i] ?? "(no line)", natlens: printed[i] ?? "(no line)" });
  return { identical, differences, loaded: lines.length - refused.length, refused };
}
