import { type Language, words } from "../base/words.ts";
import { type Command, type Console, type ExitStatus, UnreadableFiles, Usage } from "./command.ts";
import { commands } from "./commands/index.ts";
import { unreadableJson } from "./inputs.ts";

const isHelp = (arg: string | undefined): boolean => arg === "--help" || arg === "-h";

/** Runs what the words after `natlens` ask for. Whatever is wrong with them or with the input ends in status 2. */
export function run(args: readonly string[], console: Console): ExitStatus {
  let language: Language = "en";
  let asked: Command | undefined;
  try {
    const taken = takeGeneral(args);
    language = taken.language;
    const [name, ...rest] = taken.rest;
    const helps = name === "help" || isHelp(name);
    const wanted = helps ? rest[0] : name;
    asked = commands.find((c) => c.name === wanted);
    if (wanted === undefined && !helps) throw new Usage("");
    if (wanted !== undefined && !asked) throw new Usage(`no such command: ${wanted}`);
    if (helps || rest.some(isHelp)) {
      console.out(asked ? commandHelp(asked, language) : help(language));
      return 0;
    }
    return asked ? asked.run(rest, { ...console, asPasted: taken.asPasted }, language) : 2;
  } catch (error) {
    const json = args.includes("--json");
    if (error instanceof UnreadableFiles) {
      for (const one of error.list) console.err(`natlens: ${one.message}`);
      if (json) console.out(JSON.stringify({ schema: 1, diagnostics: error.list.map(unreadableJson) }, null, 1));
    } else if (isUsage(error)) {
      if (error.message !== "") console.err(`natlens: ${error.message}`);
      console.err(asked ? commandHelp(asked, language) : help(language));
      if (json) console.out(JSON.stringify({ schema: 1, diagnostics: [usageJson(error)] }, null, 1));
    } else throw error;
    return 2;
  }
}

/** Of natlens itself, or of the parser of options that Node has. */
function isUsage(error: unknown): error is Error {
  if (error instanceof Usage) return true;
  return error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}

const usageJson = (error: Error): Record<string, unknown> => ({
  file: "",
  line: 1,
  column: 1,
  code: "input/usage",
  severity: "error",
  message: error.message,
});

/** `--lang` and `--as-pasted` may stand anywhere. */
function takeGeneral(args: readonly string[]): { language: Language; asPasted: boolean; rest: string[] } {
  const rest: string[] = [];
  let language: Language = "en";
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    const value = arg === "--lang" ? args[++i] : arg.startsWith("--lang=") ? arg.slice(7) : undefined;
    if (arg === "--as-pasted") continue;
    if (value === undefined && arg !== "--lang") rest.push(arg);
    else if (value === "en" || value === "zh-CN") language = value;
    else throw new Usage("--lang takes en or zh-CN");
  }
  return { language, asPasted: args.includes("--as-pasted"), rest };
}

const general = [
  words(
    "--as-pasted reads texts as they stand: quotes, dashes and line breaks that a page, a window or a mail has changed are not put right.",
    "--as-pasted 按原样读取文本：不修正被网页、终端或邮件改动的引号、连字符和换行。",
  ),
  words(
    "FILE may be a folder (its text files are read), or - for standard input. --lang en|zh-CN sets the language.",
    "FILE 可以是文件夹（读取其中的文本文件），或用 - 表示标准输入。--lang en|zh-CN 选择语言。",
  ),
  words(
    "Exit status: 0 nothing wrong found; 1 a certain or likely fault (diff: a difference that changes a packet's fate); 2 input or usage that cannot be worked with; 3 something asked could not be decided.",
    "退出状态：0 未发现问题；1 确定或很可能的故障（diff：改变报文命运的差异）；2 输入或用法有误；3 有问题无法判定。",
  ),
];

function help(language: Language): string {
  const rows = commands.map((c) => `  natlens ${c.usage}\n      ${c.does[language]}`);
  const more = words("natlens help COMMAND says more of one.", "natlens help COMMAND 查看某个命令的说明。");
  return ["usage:", ...rows, "", ...[...general, more].map((line) => line[language])].join("\n");
}

function commandHelp(command: Command, language: Language): string {
  return [
    `usage: natlens ${command.usage}`,
    "",
    `  ${command.does[language]}`,
    ...command.details.map((line) => `  ${line[language]}`),
    "",
    ...general.map((line) => line[language]),
  ].join("\n");
}
