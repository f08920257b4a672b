import type { Span } from "../../base/span.ts";
import type { Lines } from "../format.ts";

/** A cell with its columns in the line (UTF-16, half open). */
export interface Cell {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}
export interface TableRow {
  readonly cells: ReadonlyMap<string, Cell>;
  readonly at: Span;
  readonly line: number;
}

const header = /^(?:[A-Z][A-Z0-9()-]*(?: [A-Z]+)*)(?:\s{2,}[A-Z][A-Z0-9()/-]*(?: [A-Z]+)*)+\s*$/;

/** `NAME   TYPE   CLUSTER-IP …`: upper-case words, at least one of them kubectl's own. */
export const isHeader = (line: string): boolean => header.test(line) && /(?:^|\s)(?:NAME|ENDPOINTS)(?:\s|$)/.test(line);

/** Blank-separated columns of a header, as kubectl pads them with at least two blanks. */
export const columnsOf = (line: string): Cell[] =>
  [...line.matchAll(/\S+(?: \S+)*/g)].map((m) => ({ text: m[0], from: m.index, to: m.index + m[0].length }));

/**
 * Cuts a row by the header's offsets (cells may hold single blanks: `198.51.100.7:80 + 1 more...`). Where the offsets
 * do not fit, as in text set anew by a page, runs of two blanks and then any blanks separate.
 */
export function rowOf(lines: Lines, line: number, columns: readonly Cell[]): TableRow | undefined {
  const text = lines.text(line);
  const fits = columns.every((c, k) => k === 0 || text.length < c.from || /\s/.test(text[c.from - 1] ?? " "));
  let cells: Cell[];
  if (fits && !text.includes("\t")) {
    cells = columns.map((c, k) => trimmed(text, c.from, columns[k + 1]?.from ?? text.length));
  } else {
    const wide = split(text, /\S+(?: \S+)*/g);
    cells = wide.length === columns.length ? wide : fitted(text, columns);
  }
  if (cells.length < Math.min(2, columns.length)) return undefined;
  const pairs = columns.map((c, k): [string, Cell] => [c.text, cells[k] ?? { text: "", from: 0, to: 0 }]);
  return { cells: new Map(pairs), at: lines.span(line), line };
}

function trimmed(text: string, from: number, to: number): Cell {
  const raw = text.slice(from, to);
  const lead = raw.length - raw.trimStart().length;
  const cell = raw.trim();
  return { text: cell, from: Math.min(from + lead, text.length), to: Math.min(from + lead, text.length) + cell.length };
}

/**
 * Cells by what fields look like, where a page left one blank between them: `5 (2d ago)` and `a:1,b:1 + 1 more...` are
 * one cell, and what is then too much belongs to the OS image, the only field with words.
 */
function fitted(text: string, columns: readonly Cell[]): Cell[] {
  const cells = split(text, /\S+(?: \+ \d+ more\.\.\.| \(\d\w* ago\))?/g);
  const surplus = cells.length - columns.length;
  const at = columns.findIndex((c) => c.text === "OS-IMAGE");
  if (surplus <= 0 || at === -1) return cells;
  const from = cells[at]?.from ?? 0;
  const to = cells[at + surplus]?.to ?? from;
  return [...cells.slice(0, at), { text: text.slice(from, to), from, to }, ...cells.slice(at + surplus + 1)];
}

const split = (text: string, pattern: RegExp): Cell[] =>
  [...text.matchAll(pattern)].map((m) => ({ text: m[0], from: m.index, to: m.index + m[0].length }));
