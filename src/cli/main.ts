import { readdirSync, readFileSync, statSync, writeSync } from "node:fs";
import { basename, join } from "node:path";
import type { Language } from "../base/words.ts";
import { type Console, type ExitStatus, Unreadable, Usage } from "./command.ts";
import { commands } from "./commands/index.ts";
import { unreadableJson } from "./inputs.ts";

/** Files in a folder that are never dumps. */
const notDumps = /\.(?:pcap|pcapng|json|gz|zip|png|md)$/;

function read(path: string): { name: string; content: Uint8Array }[] {
  try {
    if (path === "-") return [{ name: "-", content: readFileSync(0) }];
    if (!statSync(path).isDirectory()) return [{ name: path, content: readFileSync(path) }];
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !notDumps.test(entry.name))
      .map((entry) => entry.name)
      .sort()
      .map((name) => ({ name: join(basename(path), name), content: readFileSync(join(path, name)) }));
  } catch (error) {
    throw new Unreadable(path, error instanceof Error ? error.message : String(error));
  }
}

/** All of it is written before the process ends, also into a pipe that is slow to read. */
function write(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EPIPE") return;
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

const terminal: Console = { out: (text) => write(1, `${text}\n`), err: (text) => write(2, `${text}\n`), read };

function usage(language: Language): string {
  const rows = commands.map((c) => `  natlens ${c.usage}\n      ${c.does[language]}`);
  return [
    "usage:",
    ...rows,
    "",
    "FILE may be a folder (its text files are read) or - for standard input. --lang en|zh-CN.",
  ].join("\n");
}

/** `--lang` may stand anywhere. */
function takeLanguage(args: readonly string[]): { language: Language; rest: string[] } {
  const rest: string[] = [];
  let language: Language = "en";
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    const value = arg === "--lang" ? args[++i] : arg.startsWith("--lang=") ? arg.slice(7) : undefined;
    if (value === undefined && arg !== "--lang") rest.push(arg);
    else if (value === "en" || value === "zh-CN") language = value;
    else throw new Usage("--lang takes en or zh-CN");
  }
  return { language, rest };
}

function main(args: readonly string[]): ExitStatus {
  let language: Language = "en";
  try {
    const taken = takeLanguage(args);
    language = taken.language;
    const [name, ...rest] = taken.rest;
    const command = commands.find((c) => c.name === name);
    if (!command)
      throw new Usage(name === undefined || name === "--help" || name === "help" ? "" : `no such command: ${name}`);
    return command.run(rest, terminal, language);
  } catch (error) {
    const code = error instanceof TypeError && "code" in error ? String(error.code) : "";
    if (error instanceof Unreadable) {
      terminal.err(`natlens: ${error.message}`);
      if (args.includes("--json"))
        terminal.out(JSON.stringify({ schema: 1, diagnostics: [unreadableJson(error)] }, null, 1));
    } else if (error instanceof Usage || code.startsWith("ERR_PARSE_ARGS"))
      terminal.err(
        [(error as Error).message && `natlens: ${(error as Error).message}`, usage(language)]
          .filter(Boolean)
          .join("\n"),
      );
    else throw error;
    return 2;
  }
}

process.exitCode = main(process.argv.slice(2));
