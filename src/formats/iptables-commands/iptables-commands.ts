import type { Diagnostic } from "../../base/diagnostic.ts";
import { decode } from "../../base/source.ts";
import { toEnd } from "../../base/steps.ts";
import { words } from "../../base/words.ts";
import type { Family } from "../../model/net/ip.ts";
import type { TableName } from "../../model/netfilter/hook.ts";
import type { Ruleset } from "../../model/netfilter/ruleset.ts";
import type { Format, Segment, ShownCommand } from "../format.ts";
import { collectBlocks } from "../iptables-save/collect-blocks.ts";
import { rulesetsOf } from "../iptables-save/rulesets.ts";
import { type RuleCommand, readCommand } from "./command.ts";
import { linesOfCommands, type RestoreLine, restoreLines } from "./restore-lines.ts";
import { type ShellCommand, shellCommands } from "./shell.ts";

const program = String.raw`(?:\S*\/)?(?:ip6?tables(?:-legacy|-nft)?|\$\{?\w{0,30}(?:IPT|ipt|TABLES|tables)\w{0,30}\}?)`;
const changing = "(?:-[vnx46]*[AIDRFXNPZEC]|--(?:app|ins|del|repl|flush|new-c|rename|policy|check|zero)[a-z-]*)";
/** `IPT=/sbin/iptables`: what follows is a script. */
const named = /^\s*(?:export\s+)?\w{1,40}=["']?(?:\S*\/)?ip6?tables(?:-legacy|-nft)?(?:\s[^"']*)?["']?\s*$/;
/** `sudo ip6tables -w 5 -t nat -I POSTROUTING 1 …`; `$IPT -A INPUT …`. */
const strong = new RegExp(String.raw`^\s*(?:(?:sudo|doas)\s+(?:-\S+\s+)*)?${program}\s+(?:\S+\s+)*?${changing}`);
/** Within a script: the rest of a command, a comment, a variable, what only frames commands. */
const inner = [
  /^\s+(?:!\s|-{1,2}[A-Za-z])/,
  /^\s*#/,
  /^\s*(?:export\s+)?[A-Za-z_]\w*=/,
  /^\s*(?:set\s+-|modprobe\s|sysctl\s+-w|echo\s|ipset\s|ip6?tables|then\b|do\b|done\b|fi\b|else\b|if\b|for\b|while\b|exit\b|\}|\{)/,
];

/**
 * iptables commands as people type them and write them into scripts:
 *   sudo iptables -w 5 -t nat -I POSTROUTING 2 -s 10.0.0.0/8,172.16.0.0/12 ! -o cni0 -j MASQUERADE
 * They say what someone did, or means to do, and not what the node has: the rules they leave behind are known in part, and where a
 * dump shows the same table, the dump counts.
 */
export const iptablesCommands: Format = {
  id: "iptables-commands",
  title: words("iptables commands", "iptables 命令"),
  sniff(line, inside) {
    if (line.length > longest) return undefined;
    if (strong.test(line) || named.test(line)) return "strong";
    return inside && inner.some((pattern) => pattern.test(line)) ? "weak" : undefined;
  },
  typed: (command) => command.length <= longest && strong.test(command),
  printedBy: () => false,
  parse(segment) {
    const diagnostics: Diagnostic[] = [];
    const report = (diagnostic: Diagnostic): void => void diagnostics.push(diagnostic);
    const commands = commandsIn(segment, report);
    const rulesets = [4, 6].flatMap((family) => rulesetsFrom(segment, commands, family as Family, report));
    const [first] = commands;
    if (first)
      report({
        code: "iptables-commands/not-the-state",
        severity: "warning",
        at: first.shell.at(0, first.shell.words.at(-1)?.to ?? 1),
        message: words(
          "These are commands, not what the node has: the rules they leave behind are worked out, what else its tables hold is not known.",
          "这些是命令，不是节点的现状：这里推算命令执行后的规则，表中其余内容不得而知。",
        ),
        advice: words("Paste the output of iptables-save of the node.", "请粘贴该节点 iptables-save 的输出。"),
      });
    return {
      value: {
        contributions: rulesets.map((ruleset) => ({ kind: "ruleset", ruleset })),
        coverage: "partial",
        counts: [
          { n: commands.length, of: commands.length === 1 ? words("command", "条命令") : words("commands", "条命令") },
        ],
      },
      diagnostics,
    };
  },
};

/** A line is a command up to here; longer ones are data. */
const longest = 8192;

/** Shell words that make commands run more than once or not at all. */
const control = /^(?:if|for|while|until|case|function)$/;

function commandsIn(segment: Segment, report: (diagnostic: Diagnostic) => void): readonly RuleCommand[] {
  const found: RuleCommand[] = [];
  for (const shell of shellCommands(segment.lines, variablesBefore(segment))) {
    const [first] = shell.words;
    const command = readCommand(shell);
    if (first && control.test(first.text)) report(notFollowed(shell));
    else if (command && command.table === undefined) report(noTable(shell));
    else if (command) found.push(command);
  }
  return found;
}

/** How much text before the commands is looked through for what sets their variables, in bytes. */
const before = 1 << 14;

function variablesBefore({ lines: { source, span } }: Segment): Map<string, string> {
  const { from } = span(0);
  const text = decode(source, Math.max(0, from - before), from);
  const found = new Map<string, string>();
  for (const [, name = "", double, single, bare] of text.matchAll(assignment))
    found.set(name, double ?? single ?? bare ?? "");
  return found;
}
const assignment = /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w{0,60})=(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'#]*))/gm;

const whole = ({ words: list, at }: ShellCommand) => at(list[0]?.from ?? 0, list.at(-1)?.to ?? 1);

const notFollowed = (shell: ShellCommand): Diagnostic => ({
  code: "iptables-commands/not-followed",
  severity: "warning",
  at: whole(shell),
  message: words(
    "Conditions and loops of the shell are not followed; the commands within count once each.",
    "不推演 shell 的条件与循环；其中的每条命令各按执行一次处理。",
  ),
});

const noTable = (shell: ShellCommand): Diagnostic => ({
  code: "iptables-commands/unknown-table",
  severity: "error",
  at: whole(shell),
  message: words("The command names a table that iptables does not have.", "该命令指定的表在 iptables 中不存在。"),
});

/** What the commands of one family leave behind, read as iptables-restore's input. */
function rulesetsFrom(
  segment: Segment,
  commands: readonly RuleCommand[],
  family: Family,
  report: (diagnostic: Diagnostic) => void,
): readonly Ruleset[] {
  const tables = new Map<TableName, RestoreLine[]>();
  for (const command of commands) {
    if (command.family !== family || command.table === undefined || /^-[LS]$/.test(command.command)) continue;
    let lines = tables.get(command.table);
    if (!lines) {
      lines = [{ text: `*${command.table}`, at: () => whole(command.shell) }];
      tables.set(command.table, lines);
    }
    lines.push(...restoreLines(command));
  }
  const list = [...tables.values()].flat();
  if (list.length === 0) return [];
  const lines = linesOfCommands(segment.lines.source, list);
  const shown: ShownCommand = {
    words: [family === 6 ? "ip6tables" : "iptables"],
    filtered: false,
    at: lines.span(0),
  };
  const restored: Segment = { ...segment, lines, command: shown, cut: false };
  const collected = toEnd(collectBlocks(lines, skipping(report)));
  return toEnd(rulesetsOf(restored, collected, skipping(report))).map((ruleset) => ({
    ...ruleset,
    fromCommands: true,
  }));
}

/** What is said of restore input in general is said of the commands as a whole. */
const skipping =
  (report: (diagnostic: Diagnostic) => void) =>
  (diagnostic: Diagnostic): void => {
    if (diagnostic.code !== "iptables-save/changes-rules" && diagnostic.code !== "iptables-save/partial-table")
      report(diagnostic);
  };
