import { isTypographicQuote, keepsWidth, mayNeedRepair, mended, type Repair } from "./repair.ts";

/** One pasted line without its noise. Column c of `text` is column `at(c)` of the line as pasted. */
export interface CleanLine {
  readonly text: string;
  readonly at: (column: number) => number;
  /** What is read as something else than what stands there, if anything is. */
  readonly repairs?: readonly Repair[];
}

const esc = "\u001b";
/** Anything but the characters of plain dump text, `&`, `[`, `\` and `<` not among them: decides most lines, fast. */
const unusual = /[^\t -%'-;=-Z\]-~]/;
const suspicious =
  /[^\t -~]|&(?:gt|lt|amp|quot|nbsp|#39);|\[(?:m\[K|\d{1,3}(?:;\d{1,3}){0,4}m)|<\/?(?:br|pre|code|span)\b/i;
// `ip -c` and grep --color put them inside a token: ESC [ 35m 192.0.2.1 ESC [0m /24; ESC ] … BEL; ESC ( B;
// and what is left of them where ESC was lost: [01;31m[K [m[K
const sequence = new RegExp(
  `${esc}(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^\\u0007]{0,256}\\u0007|[()][A-Z0-9])|\\[(?:m\\[K|\\d{1,3}(?:;\\d{1,3}){0,4}m(?:\\[K)?)`,
  "y",
);
const entity = /&(gt|lt|amp|quot|nbsp|#39);/y;
const entities: Readonly<Record<string, string>> = { gt: ">", lt: "<", amp: "&", quot: '"', nbsp: " ", "#39": "'" };
/** What a page's source leaves around lines of a dump. */
const tag = /<\/?(?:br|pre|code|span)(?: [^<>]{0,200})?\s*\/?>/iy;
const invisible = /[\ufeff\u200b-\u200d\u2060]/;
// NUL separates the words of /proc/PID/cmdline
const blanks = new Set(
  "\0\u000b\u0085\u00a0\u3000\u2028\u2029\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a",
);

/**
 * Takes off the line end's CR, escape sequences, tags and invisible characters; odd blanks become blanks. What typesetting did to
 * quotes, dashes and punctuation is undone outside quotes if `repair` is wanted.
 */
export function cleanLine(raw: string, repair = true): CleanLine {
  let end = raw.length;
  while (end > 0 && raw[end - 1] === "\r") end--;
  const line = end === raw.length ? raw : raw.slice(0, end);
  const mends = unusual.test(line) && repair && mayNeedRepair.test(line);
  if (!mends && (!unusual.test(line) || !suspicious.test(line))) {
    return { text: line, at: (column) => Math.min(column, end) };
  }
  let text = "";
  let columns: number[] = [];
  /** What opened the quote: `"`, or an entity that stands for it. */
  let quoted = "";
  const repairs: Repair[] = [];
  const prose = mends && keepsWidth(line);
  /** Number of characters that were read as something else; inside typographic quotes only their end is. */
  const mend = (i: number): number => {
    const c = raw[i] ?? "";
    if (quoted !== "" && !isTypographicQuote(c)) return 0;
    const found = mended(raw, i, text, prose);
    if (!found) return 0;
    if (found.is === '"') quoted = quoted === "" ? c : "";
    repairs.push({ kind: found.kind, column: i, was: raw.slice(i, i + found.length), is: found.is });
    text += found.is;
    for (let n = 0; n < found.is.length; n++) columns.push(i);
    return found.length;
  };
  for (let i = 0; i < end; i++) {
    const c = raw[i] ?? "";
    if (c === esc || (c === "[" && quoted === "")) {
      sequence.lastIndex = i;
      const length = sequence.exec(raw)?.[0].length ?? 0;
      if (length > 0) {
        i += length - 1;
        continue;
      }
    }
    if (c === "\r") {
      // a progress bar: what stands before was overwritten
      text = "";
      columns = [];
      quoted = "";
      continue;
    }
    if (invisible.test(c)) continue;
    if (c === "<" && quoted !== '"') {
      tag.lastIndex = i;
      const length = tag.exec(raw)?.[0].length ?? 0;
      if (length > 0) {
        i += length - 1;
        continue;
      }
    }
    const repaired = mends && (quoted === "" || isTypographicQuote(quoted)) ? mend(i) : undefined;
    if (repaired) {
      i += repaired - 1;
      continue;
    }
    let out = c;
    let skip = 0;
    if (quoted !== '"') {
      if (quoted === "" && blanks.has(c)) out = " ";
      else if (c === "&") {
        entity.lastIndex = i;
        const found = entity.exec(raw);
        if (found) {
          out = entities[found[1] ?? ""] ?? c;
          skip = found[0].length - 1;
        }
      }
    }
    if (out === '"' && !isTypographicQuote(quoted)) quoted = quoted === "" ? c : "";
    text += out;
    columns.push(i);
    i += skip;
  }
  const last = (columns[columns.length - 1] ?? -1) + 1;
  return { text, at: (column) => columns[column] ?? last, ...(repairs.length > 0 ? { repairs } : {}) };
}
