import { parseArgs } from "node:util";
import { verbatim, words } from "../../base/words.ts";
import { collectorPaste, collectorScript, collectorVariants } from "../../formats/collector/collector.ts";
import { type Command, Usage } from "../command.ts";

export const collect: Command = {
  name: "collect",
  usage: "collect [--via node|ssh|kubectl-debug]",
  does: words(
    "prints the collector, a read-only shell script; with --via as one text to paste into a shell",
    "打印采集脚本（只读）；加 --via 则打印可整段粘贴到 shell 的命令",
  ),
  details: [
    ...collectorVariants.map(({ id, title, note }) =>
      words(`--via ${id}  ${title.en}. ${note.en}`, `--via ${id}  ${title["zh-CN"]}。${note["zh-CN"]}`),
    ),
    ...collectorVariants.map(({ command }) => verbatim(`  ${command}`)),
  ],
  run(args, console, language) {
    const { values } = parseArgs({ args: [...args], options: { via: { type: "string" } } });
    if (values.via === undefined) {
      console.out(collectorScript.trimEnd());
      return 0;
    }
    const variant = collectorVariants.find((v) => v.id === values.via);
    if (!variant) throw new Usage(`--via takes ${collectorVariants.map((v) => v.id).join(", ")}`);
    console.out(collectorPaste(variant).trimEnd());
    console.err(`natlens: ${variant.note[language]}`);
    return 0;
  },
};
