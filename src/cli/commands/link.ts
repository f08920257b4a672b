import type { InputText } from "../../analysis/request.ts";
import { words } from "../../base/words.ts";
import { encodeLink } from "../../share/permalink.ts";
import { type Command, Usage } from "../command.ts";
import { sideArguments } from "../sides.ts";

/** Where `npm start` serves the app first. */
const usualBase = "http://127.0.0.1:4173/";
const decoder = new TextDecoder();

export const link: Command = {
  name: "link",
  usage: "link [--healthy FILE…] --broken FILE… [--base URL]",
  does: words("prints a permalink that holds these dumps", "打印包含这些转储的永久链接"),
  run(args, console) {
    const { base, rest } = takeBase(args);
    const sides = sideArguments(rest);
    if (sides.healthy.length + sides.broken.length === 0) throw new Usage("link needs --broken FILE…");
    const texts = (["healthy", "broken"] as const).flatMap((side) =>
      sides[side]
        .flatMap((path) => console.read(path))
        .map((file): InputText & { content: string } => ({
          side,
          name: file.name,
          content: decoder.decode(file.content),
        })),
    );
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
