import { parseArgs } from "node:util";
import type { Diagnostic } from "../../base/diagnostic.ts";
import { words } from "../../base/words.ts";
import { printTexts } from "../../formats/print.ts";
import { printers } from "../../formats/printers.ts";
import { type Command, Usage } from "../command.ts";
import { diagnosticText, sourcesOf } from "../inputs.ts";

const names = printers.map(({ id }) => id).join("|");
/** Lines handed to the terminal at a time. */
const chunk = 1000;

/** What matters to a printed text: that part of it was not understood, not what natlens makes of the rest. */
const matters = ({ code, severity }: Diagnostic): boolean =>
  severity === "error" || (severity === "warning" && !code.endsWith("/not-modelled"));

export const print: Command = {
  name: "print",
  usage: `print FILE… --as ${names}`,
  does: words("what was read, written as the tool itself would write it", "把读到的内容按该工具自身的格式重新写出"),
  details: [
    words(
      "--as KIND  comments, quoting and order stay as the kernel's tool has them",
      "--as KIND  注释、引号和顺序与内核工具的输出一致",
    ),
  ],
  run(args, console, language) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { as: { type: "string" } },
      allowPositionals: true,
    });
    const printer = printers.find(({ id }) => id === values.as);
    if (!printer) throw new Usage(`print needs --as ${names}`);
    if (positionals.length === 0) throw new Usage("print needs a file");
    const { sources, unreadable } = sourcesOf(console, "input", positionals);
    for (const error of unreadable) console.err(`natlens: ${error.message}`);
    const troubles: Diagnostic[] = [];
    let lines: string[] = [];
    let printed = 0;
    const flush = (): void => {
      if (lines.length > 0) console.out(lines.join("\n"));
      lines = [];
    };
    for (const line of printTexts(sources, printer, (trouble) => void troubles.push(trouble), console.asPasted)) {
      lines.push(line);
      printed++;
      if (lines.length >= chunk) flush();
    }
    flush();
    const named = new Map(sources.map((source) => [source.id, source]));
    for (const trouble of troubles.filter(matters)) console.err(diagnosticText(named, trouble, language));
    if (printed === 0)
      console.err(
        words(`There is nothing here to print as ${printer.id}.`, `此处没有可按 ${printer.id} 写出的内容。`)[language],
      );
    return printed === 0 || unreadable.length > 0 ? 2 : 0;
  },
};
