import { readdirSync, readFileSync, statSync, writeSync } from "node:fs";
import { basename, join } from "node:path";
import { encodeExactly } from "../base/exact-bytes.ts";
import { type Console, Unreadable } from "./command.ts";
import { run } from "./run.ts";

/** Files in a folder that are never dumps. */
const notDumps = /\.(?:pcap|pcapng|json|gz|zip|png|md)$/;

function read(path: string): { name: string; content: Uint8Array }[] {
  try {
    if (path === "-") return [{ name: "-", content: readFileSync(0) }];
    if (!statSync(path).isDirectory()) return [{ name: path, content: readFileSync(path) }];
    const files = readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !notDumps.test(entry.name))
      .map((entry) => entry.name)
      .sort()
      .map((name) => ({ name: join(basename(path), name), content: readFileSync(join(path, name)) }));
    if (files.length === 0) throw new Error("the folder holds no text files");
    return files;
  } catch (error) {
    throw new Unreadable(path, error instanceof Error ? error.message : String(error));
  }
}

/** All of it is written before the process ends, also into a pipe that is slow to read. */
function write(fd: number, text: string): void {
  const bytes = encodeExactly(text);
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

try {
  process.exitCode = run(process.argv.slice(2), terminal);
} catch (error) {
  // a mistake in natlens itself; its status must not be taken for a verdict
  terminal.err(`natlens: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
  process.exitCode = 2;
}
