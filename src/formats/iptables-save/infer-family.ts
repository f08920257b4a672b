import type { Family } from "../../model/net/ip.ts";
import type { ShownCommand } from "../format.ts";
import type { Block } from "./block.ts";

/** What the rules' own words say: undefined where nothing tells the families apart. */
export function familyOfRules(block: Block, text: (line: number) => string): Family | undefined {
  for (const line of block.ruleLines) {
    const family = block.reader.familyOf(text(line));
    if (family !== undefined) return family;
  }
  return undefined;
}

/** By the dump's header or the shown command: `ip6tables-save`. */
export function familyOfNames(block: Block, command: ShownCommand | undefined): Family | undefined {
  const name = block.tool?.name ?? command?.words[0];
  if (name === undefined) return undefined;
  if (name.includes("ip6tables")) return 6;
  return name.includes("iptables") ? 4 : undefined;
}
