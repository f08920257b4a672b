import type { Language, Words } from "../base/words.ts";

/** What a command may use of the world outside. */
export interface Console {
  out(text: string): void;
  err(text: string): void;
  /** Texts are to be read as they stand, without repairs: `--as-pasted`. */
  readonly asPasted?: boolean;
  /** Content of a file, of every file in a folder, or of standard input (`-`). Throws `Unreadable`. */
  read(path: string): readonly { readonly name: string; readonly content: Uint8Array }[];
}

/** The user named something that cannot be read. */
export class Unreadable extends Error {
  readonly path: string;
  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`);
    this.path = path;
  }
}

/** Files that were named and cannot be read, all of them. */
export class UnreadableFiles extends Error {
  readonly list: readonly Unreadable[];
  constructor(list: readonly Unreadable[]) {
    super(list.map((one) => one.message).join("; "));
    this.list = list;
  }
}

/** The user asked in a way that cannot be worked with: said on stderr with the usage, exit status 2. */
export class Usage extends Error {}

/** Exit status: 0 nothing wrong found, 1 a fault, 2 unusable input or usage, 3 something asked could not be decided. */
export type ExitStatus = 0 | 1 | 2 | 3;

export interface Command {
  readonly name: string;
  /** One line, without the program's name. */
  readonly usage: string;
  readonly does: Words;
  /** Its options, a line each: the option, two blanks, what it is for. */
  readonly details: readonly Words[];
  run(args: readonly string[], console: Console, language: Language): ExitStatus;
}
