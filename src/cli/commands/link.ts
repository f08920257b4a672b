import { sourceText } from "../../base/source.ts";
import { words } from "../../base/words.ts";
import { readNode } from "../../formats/read.ts";
import { encodeLink } from "../../share/permalink.ts";
import { type Command, Usage } from "../command.ts";
import { diagnosticText } from "../inputs.ts";
import { readSides, sideArguments, tellUnusable } from "../sides.ts";

/** Where `npm start` serves the app first. */
const usualBase = "http://127.0.0.1:4173/";
const decoder = new TextDecoder();

export const link: Command = {
  name: "link",
  usage: "link [--healthy FILE…] --broken FILE… [--base URL]",
  does: words("prints a permalink that holds these dumps", "打印包含这些转储的永久链接"),
  details: [
    words("--broken FILE…   the node that fails", "--broken FILE…   出问题的节点"),
    words("--healthy FILE…  a node that works", "--healthy FILE…  正常的节点"),
    words(
      "--base URL       where the app is served; the dumps stand in the fragment, which no server gets to see",
      "--base URL       应用所在的地址；导出内容放在片段中，不会发给服务器",
    ),
  ],
  run(args, console, language) {
    const { base, rest } = takeBase(args);
    const sides = sideArguments(rest);
    if (sides.healthy.length + sides.broken.length === 0) throw new Usage("link needs --broken FILE…");
    const read = readSides(console, sides);
    const reading = readNode(read.map(({ name, content }, i) => sourceText(String(i), name, content)));
    if (reading.segments.length === 0) {
      for (const d of reading.diagnostics) console.err(diagnosticText(reading.snapshot.sources, d, language));
      tellUnusable(console, language);
      return 2;
    }
    const texts = read.map(({ side, name, content }) => ({ side, name, content: decoder.decode(content) }));
    console.out(`${base.replace(/#.*$/, "")}#${encodeLink({ texts })}`);
    return 0;
  },
};

function takeBase(args: readonly string[]): { base: string; rest: string[] } {
  const rest: string[] = [];
  let base = usualBase;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--base") base = args[++i] ?? "";
    else if (arg.startsWith("--base=")) base = arg.slice(7);
    else rest.push(arg);
  }
  if (base === "") throw new Usage("--base takes an address");
  return { base, rest };
}
