import type { Span } from "../../base/span.ts";
import type { Lines } from "../format.ts";
import { promptOf } from "../paste/prompts.ts";

/** One word of a shell command; quotes are taken off, variables that were set before are put in. */
export interface ShellWord {
  readonly text: string;
  /** Columns of the joined text it stands in. */
  readonly from: number;
  readonly to: number;
}

export interface ShellCommand {
  readonly words: readonly ShellWord[];
  /** Where columns of the joined text stand in the paste. */
  at(from: number, to: number): Span;
}

interface Piece {
  readonly line: number;
  /** Column of the line at which the piece begins, and of the joined text. */
  readonly column: number;
  readonly start: number;
  readonly length: number;
}

/** What ends a command. */
const ends = new Set([";", "&", "|", "\n", "(", ")"]);

/**
 * The simple commands of a shell script or session, in order: prompts taken off, lines ended by `\` joined, quotes and variables resolved,
 * cut at `;`, `&&`, `||` and `|`. Redirections are left out. `variables` keeps what `NAME=value` sets.
 */
export function* shellCommands(lines: Lines, variables: Map<string, string>): Generator<ShellCommand> {
  for (let i = 0; i < lines.length; i++) {
    const pieces: Piece[] = [];
    let text = "";
    for (let open = true; open && i < lines.length; ) {
      const whole = lines.text(i);
      const shown = pieces.length === 0 ? promptOf(whole) : undefined;
      const column = shown === undefined ? 0 : whole.trimEnd().length - shown.length;
      const content = whole.slice(column);
      open = /(?:^|[^\\])(?:\\\\)*\\$/.test(content) && i + 1 < lines.length;
      const piece = open ? `${content.slice(0, -1)} ` : content;
      pieces.push({ line: i, column, start: text.length, length: piece.length });
      text += piece;
      if (open) i++;
    }
    const at = (from: number, to: number): Span => spanOf(lines, pieces, from, to);
    for (const words of split(text, variables)) yield { words, at };
  }
}

function spanOf(lines: Lines, pieces: readonly Piece[], from: number, to: number): Span {
  const find = (column: number): Piece | undefined => pieces.findLast(({ start }) => start <= column) ?? pieces[0];
  const first = find(from);
  const last = find(Math.max(from, to - 1));
  const place = (piece: Piece | undefined, column: number): number =>
    piece ? piece.column + Math.min(column - piece.start, piece.length) : 0;
  const begin = lines.span(
    first?.line ?? 0,
    place(first, from),
    place(first, Math.min(to, (first?.start ?? 0) + (first?.length ?? 0))),
  );
  return first === last ? begin : { ...begin, to: lines.span(last?.line ?? 0, 0, place(last, to)).to };
}

const name = /^[A-Za-z_]\w*/;

function* split(text: string, variables: Map<string, string>): Generator<readonly ShellWord[]> {
  let words: ShellWord[] = [];
  let at = 0;
  const finish = function* (): Generator<readonly ShellWord[]> {
    const assigned = words.findIndex(({ text: word }) => !/^[A-Za-z_]\w*=/.test(word));
    for (const { text: word } of assigned === -1 ? words : []) {
      const equals = word.indexOf("=");
      variables.set(word.slice(0, equals), word.slice(equals + 1));
    }
    if (assigned !== -1) yield words.slice(assigned);
    words = [];
  };
  while (at < text.length) {
    const c = text[at] ?? "";
    if (/\s/.test(c)) at++;
    else if (c === "#") break;
    else if (ends.has(c)) {
      yield* finish();
      at++;
    } else if (/^\d?[<>]/.test(text.slice(at, at + 2))) at = afterRedirection(text, at);
    else {
      const from = at;
      const read = readWord(text, at, variables);
      at = read.end;
      // A variable that holds several words is as many, unless it stands in quotes.
      for (const part of read.split ? read.value.split(/\s+/).filter((each) => each !== "") : [read.value])
        words.push({ text: part, from, to: at });
    }
  }
  yield* finish();
}

/** `2>/dev/null`, `>> file`, `2>&1`. */
function afterRedirection(text: string, from: number): number {
  const found = /^\d?(?:>>|>|<)&?\s*[^\s;&|]*/.exec(text.slice(from));
  return from + (found?.[0].length ?? 1);
}

function readWord(
  text: string,
  from: number,
  variables: ReadonlyMap<string, string>,
): { readonly value: string; readonly end: number; readonly split: boolean } {
  let value = "";
  let split = false;
  let at = from;
  let double = false;
  for (; at < text.length; at++) {
    const c = text[at] ?? "";
    if (c === '"') double = !double;
    else if (c === "'" && !double) {
      const close = text.indexOf("'", at + 1);
      value += text.slice(at + 1, close === -1 ? undefined : close);
      at = close === -1 ? text.length : close;
    } else if (c === "\\" && at + 1 < text.length) {
      const next = text[++at] ?? "";
      value += double && !'"\\$`'.includes(next) ? `\\${next}` : next;
    } else if (c === "$") {
      const braced = text[at + 1] === "{";
      const found = name.exec(text.slice(at + (braced ? 2 : 1)))?.[0];
      const known = found === undefined ? undefined : variables.get(found);
      if (found !== undefined && known !== undefined && (!braced || text[at + 2 + found.length] === "}")) {
        value += known;
        split ||= !double && /\s/.test(known);
        at += found.length + (braced ? 2 : 0);
      } else value += c;
    } else if (!double && (/\s/.test(c) || ends.has(c))) break;
    else value += c;
  }
  return { value, end: at, split };
}
