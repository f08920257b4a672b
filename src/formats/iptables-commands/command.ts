import type { Family } from "../../model/net/ip.ts";
import { isTableName, type TableName } from "../../model/netfilter/hook.ts";
import type { ShellCommand, ShellWord } from "./shell.ts";

/** `iptables -t nat -I POSTROUTING 2 …` taken apart. */
export interface RuleCommand {
  readonly family: Family;
  /** As written; undefined: no such table. */
  readonly table: TableName | undefined;
  /** `-A`, `-I` … in its short form. */
  readonly command: string;
  /** Chain, rule number, policy, new name: what stands behind the command. */
  readonly operands: readonly ShellWord[];
  /** The rule's words. */
  readonly rule: readonly ShellWord[];
  readonly shell: ShellCommand;
}

/** Commands by all names, with how many words may follow: iptables.c original_opts. */
const commands: Readonly<Record<string, readonly [string, number]>> = {
  append: ["-A", 1],
  insert: ["-I", 2],
  delete: ["-D", 2],
  replace: ["-R", 2],
  check: ["-C", 1],
  flush: ["-F", 1],
  "new-chain": ["-N", 1],
  "delete-chain": ["-X", 1],
  "rename-chain": ["-E", 2],
  policy: ["-P", 2],
  zero: ["-Z", 2],
  list: ["-L", 2],
  "list-rules": ["-S", 2],
};
const operandsOf = new Map(Object.values(commands));
/** Other options that iptables itself has; those with a word of their own that is not the rule's. */
const generic = [
  ...Object.keys(commands),
  "table",
  "wait",
  "wait-interval",
  "modprobe",
  "verbose",
  "numeric",
  "exact",
  "line-numbers",
  "ipv4",
  "ipv6",
  "protocol",
  "source",
  "destination",
  "src",
  "dst",
  "in-interface",
  "out-interface",
  "jump",
  "goto",
  "match",
  "fragments",
  "set-counters",
];

/** The option meant by a long name or the beginning of exactly one; as written where that is none of iptables' own. */
function longName(text: string): string {
  if (generic.includes(text)) return text;
  const found = generic.filter((known) => known.startsWith(text));
  return found.length === 1 && text.length > 1 ? (found[0] ?? text) : text;
}

const wrappers =
  /^(?:sudo|doas|nsenter|chroot|env|time|timeout|nohup|exec|ip|ssh|docker|kubectl|crictl|then|do|else|!|\{)$/;
const program = /^(?:\S*\/)?(ip6?tables)(?:-legacy|-nft)?$/;

/** Undefined: it is no iptables command. */
export function readCommand(shell: ShellCommand): RuleCommand | undefined {
  const at = programAt(shell.words);
  if (at === -1) return undefined;
  const family: Family = program.exec(shell.words[at]?.text ?? "")?.[1] === "ip6tables" ? 6 : 4;
  const words = shell.words.slice(at + 1);
  const rule: ShellWord[] = [];
  let table: TableName | undefined = "filter";
  let command = "";
  let operands: ShellWord[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!word) continue;
    const { name, inline } = nameOf(word);
    const isCommand =
      commands[name] ??
      (operandsOf.has(`-${name}`) && word.text.startsWith("-") && !word.text.startsWith("--")
        ? [`-${name}`, operandsOf.get(`-${name}`) ?? 0]
        : undefined);
    const value = (): ShellWord | undefined => inline ?? words[++i];
    if (name === "t" || name === "table") {
      const given = value()?.text ?? "";
      table = isTableName(given) ? given : undefined;
    } else if (name === "w" || name === "wait" || name === "W" || name === "wait-interval") {
      if (!inline && /^\d+$/.test(words[i + 1]?.text ?? "")) i++;
    } else if (name === "modprobe" || name === "M") value();
    else if (/^(?:[vnx46]+|verbose|numeric|exact|line-numbers|ipv4|ipv6)$/.test(name) && word.text.startsWith("-"))
      continue;
    else if (isCommand && command === "") {
      command = String(isCommand[0]);
      operands = inline ? [inline] : [];
      const most = Number(isCommand[1]);
      while (operands.length < most && takesOperand(command, operands.length, words[i + 1]))
        operands.push(words[++i] as ShellWord);
    } else
      rule.push(
        word.text.startsWith("--") && name !== word.text.slice(2) && !inline ? { ...word, text: `--${name}` } : word,
      );
  }
  return command === "" ? undefined : { family, table, command, operands, rule, shell };
}

/** A chain's name may be any word; the second operand of `-I`, `-D`, `-R` is a number. */
function takesOperand(command: string, before: number, word: ShellWord | undefined): boolean {
  if (word === undefined || word.text.startsWith("-") || word.text === "!") return false;
  return before === 0 || command === "-P" || command === "-E" || /^\d+$/.test(word.text);
}

/** `-tnat`, `--table=nat`, `-AINPUT`, `-vA`: the option's name without dashes, and what is joined on. */
function nameOf(word: ShellWord): { readonly name: string; readonly inline: ShellWord | undefined } {
  const { text } = word;
  if (text.startsWith("--")) {
    const equals = text.indexOf("=");
    const name = longName(equals === -1 ? text.slice(2) : text.slice(2, equals));
    return { name, inline: equals === -1 ? undefined : { ...word, text: text.slice(equals + 1) } };
  }
  const short = /^-[vnx46]*([AIDRFXNPZECLStwWM])(.*)$/.exec(text);
  if (short?.[2] === "") return { name: short[1] ?? "", inline: undefined };
  if (short) return { name: short[1] ?? "", inline: { ...word, text: short[2] ?? "" } };
  return { name: text.startsWith("-") ? text.slice(1) : "", inline: undefined };
}

/** The program's place, behind sudo and the like. */
function programAt(words: readonly ShellWord[]): number {
  const found = words.findIndex(({ text }) => program.test(text));
  return found <= 0 || wrappers.test(words[0]?.text ?? "") ? found : -1;
}
