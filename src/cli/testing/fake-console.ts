import { type Console, type ExitStatus, Unreadable } from "../command.ts";

/** What a command printed, and its exit status. */
export interface Ran {
  readonly status: ExitStatus;
  readonly out: string;
  readonly err: string;
}

const encoder = new TextEncoder();

/** A console whose files are those of a table. */
export const withFiles =
  (files: Readonly<Record<string, string | Uint8Array>>): Console["read"] =>
  (path) => {
    const content = files[path];
    if (content === undefined) throw new Unreadable(path, "no such file");
    return [{ name: path, content: typeof content === "string" ? encoder.encode(content) : content }];
  };

/** Runs a command and keeps what it prints. */
export function ran(read: Console["read"], run: (console: Console) => ExitStatus): Ran {
  const out: string[] = [];
  const err: string[] = [];
  const status = run({ out: (text) => void out.push(text), err: (text) => void err.push(text), read });
  return { status, out: out.join("\n"), err: err.join("\n") };
}
