import type { SourceText } from "../../base/source.ts";
import { positionOf } from "../../base/span.ts";
import type { Reading } from "../reading.ts";

/** One case of a `*.cases.txt` file in formats/bad-input or formats/paste: a text, and what is said about it. */
export interface TextCase {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The lines behind `=>`. */
  readonly expected: readonly string[];
}

const encoder = new TextEncoder();

/** More of one code in a row than this are counted. */
const mostAlike = 3;

/** What a reading says of its one text, as the case files write it: `code@line:column`, `… 96 more` of the same code in a row. */
export function told(source: SourceText, reading: Reading): string {
  const lines: string[] = [];
  let alike = 0;
  let last = "";
  const count = (): void => void (alike > mostAlike && lines.push(`… ${alike - mostAlike} more`));
  for (const { code, at } of reading.diagnostics) {
    if (code !== last) {
      count();
      alike = 0;
    }
    last = code;
    const { line, column } = positionOf(source, at.from);
    if (++alike <= mostAlike) lines.push(`${code}@${line}:${column}`);
  }
  count();
  return lines.join("\n");
}

/**
 * A case file reads
 *   == what happens
 *   the text as pasted, any number of lines
 *   =>
 *   code@line:column
 * Behind `==^` instead of `==`, a backslash is an escape: \xNN a byte, \uNNNN a character, \{3:ab} ababab, \ at a line's end takes the
 * line end away, \\ a backslash. Lines of `#` before the first case are remarks.
 */
export function readTextCases(file: string, text: string): readonly TextCase[] {
  const cases: TextCase[] = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const head = /^==(\^?) (.+)$/.exec(lines[i] ?? "");
    if (!head) continue;
    const pasted: string[] = [];
    const expected: string[] = [];
    const line = i + 1;
    for (i++; i < lines.length && lines[i] !== "=>"; i++) pasted.push(`${lines[i]}\n`);
    for (i++; i < lines.length && !/^==\^? /.test(lines[i] ?? ""); i++)
      if (lines[i]?.trim()) expected.push(lines[i] ?? "");
    i--;
    const bytes = head[1] ? unescaped(pasted.join("")) : encoder.encode(pasted.join(""));
    cases.push({ file, line, name: head[2] ?? "", bytes, expected });
  }
  return cases;
}

function unescaped(text: string): Uint8Array {
  const parts: Uint8Array[] = [];
  const pattern = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|\{(\d+):([^}]*)\}|(\n)|(\\))|[^\\]+|\\/gi;
  for (const [all, byte, unit, times, piece, lineEnd, backslash] of text.matchAll(pattern)) {
    if (byte !== undefined) parts.push(Uint8Array.of(Number.parseInt(byte, 16)));
    else if (unit !== undefined) parts.push(encoder.encode(String.fromCharCode(Number.parseInt(unit, 16))));
    else if (times !== undefined) parts.push(repeated(unescaped(piece ?? ""), Number(times)));
    else if (lineEnd === undefined) parts.push(encoder.encode(backslash ?? all));
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function repeated(piece: Uint8Array, times: number): Uint8Array {
  const bytes = new Uint8Array(piece.length * times);
  for (let i = 0; i < times; i++) bytes.set(piece, i * piece.length);
  return bytes;
}
