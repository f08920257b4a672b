import type { Family } from "../../model/net/ip.ts";
import { runTool } from "./kernel.ts";

/** `--match-set NAME src,dst`, also with the `!` of old versions. */
const named = /--(?:match-set|set|add-set|del-set|map-set) (?:! )?(\S+) ((?:src|dst)(?:,(?:src|dst))*)/g;

/** The set type for a number of `src`/`dst` flags. */
const types = ["hash:ip", "hash:ip,port", "hash:ip,port,ip"];

/** Makes the sets that rules name, so that the kernel takes the rules. Gives why it could not. */
export function makeSets(texts: readonly string[], family: Family): string | undefined {
  const lines = new Map<string, string>();
  for (const text of texts)
    for (const [, name = "", flags = ""] of text.matchAll(named))
      lines.set(
        name,
        `create ${name} ${types[flags.split(",").length - 1] ?? types[2]} family inet${family === 6 ? "6" : ""} timeout 0 skbinfo`,
      );
  const { ok, err } = runTool("ipset", ["restore"], `${[...lines.values()].join("\n")}\n`);
  return ok ? undefined : err.trim();
}

export const dropSets = (): void => void runTool("ipset", ["destroy"]);
