import { writeSync } from "node:fs";
import { encodeExactly } from "../base/exact-bytes.ts";
import type { Console } from "./command.ts";
import { read } from "./read-files.ts";
import { run } from "./run.ts";

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
