import { printCidr } from "../net/cidr.ts";
import { matches } from "./matches/index.ts";
import type { Negatable, Rule, RuleHeader, RuleMatch, RuleTarget } from "./rule.ts";
import { targets } from "./targets/index.ts";
import { bare } from "./values/text.ts";

/** One rule as iptables-save 1.8 prints it, from `-A` on. Words that were not understood are kept as written. */
export function printRule(rule: Rule): string {
  return [
    `-A ${bare(rule.chain)}`,
    ...printHeader(rule.header),
    ...rule.matches.map(printMatch),
    ...(rule.leftover === undefined ? [] : [rule.leftover]),
    ...(rule.target ? [printTarget(rule.target)] : []),
  ].join(" ");
}

/** The conditions before the first `-m`: `! -s 10.0.0.0/8`, `-p tcp` …, in the tool's order. */
export function printHeader(header: RuleHeader): readonly string[] {
  const parts: string[] = [];
  const add = <T>(flag: string, given: Negatable<T> | undefined, print: (is: T) => string): void => {
    if (given) parts.push(`${given.negated ? "! " : ""}${flag}${print(given.is)}`);
  };
  add("-s ", header.source, printCidr);
  add("-d ", header.destination, printCidr);
  add("-i ", header.in, String);
  add("-o ", header.out, String);
  add("-p ", header.proto, String);
  add("-f", header.fragment, () => "");
  return parts;
}

/** `-m NAME options`. */
export function printMatch({ name, value, text }: RuleMatch): string {
  const options = value === undefined ? text : matches.get(name)?.print(value);
  return options ? `-m ${bare(name)} ${options}` : `-m ${bare(name)}`;
}

/** `-j NAME options` or `-g CHAIN`. */
export function printTarget({ kind, name, goto, value, text }: RuleTarget): string {
  const options = kind === "extension" && value !== undefined ? targets.get(name)?.print(value) : text;
  return `${goto ? "-g" : "-j"} ${bare(name)}${options ? ` ${options}` : ""}`;
}
