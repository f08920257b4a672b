import { splitWords } from "../../kube-proxy/rule-words.ts";
import { printRule } from "../../model/netfilter/print-rule.ts";
import type { Rule } from "../../model/netfilter/rule.ts";

/** Matches whose order within a rule has meaning: they count, remember, or draw. */
const stateful = new Set(["recent", "limit", "hashlimit", "statistic", "quota", "connlimit", "connbytes", "nfacct"]);

/**
 * A rule's meaning as text: no comment, no chain, no counters; matches sorted where their order means nothing. Equal
 * text, equal rule.
 */
export function meaningOf(rule: Rule): string {
  const words = splitWords(printRule(rule));
  const start = words[0] === "-A" ? 2 : 0;
  const groups: string[][] = [[]];
  let target: string[] = [];
  for (let i = start; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word === "-j" || word === "-g") {
      target = words.slice(i);
      break;
    }
    if (word === "-m") groups.push(["-m", words[++i] ?? ""]);
    else groups[groups.length - 1]?.push(word);
  }
  const [header, ...matches] = groups;
  const kept = matches.filter((m) => m[1] !== "comment").map((m) => m.join(" "));
  const free = matches.some((m) => stateful.has(m[1] ?? ""));
  return [header?.join(" ") ?? "", ...(free ? kept : kept.sort()), target.join(" ")].filter((t) => t !== "").join(" ");
}

/** What two rules share that differ in a value only: source, destination and interface taken out. */
export const outlineOf = (meaning: string): string =>
  meaning
    .replace(/(! )?-[sdio] \S+ ?/g, "")
    .replace(/ --random-fully/g, "")
    .replace(/0x[0-9a-f]+/g, "0x");
