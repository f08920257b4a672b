/** What the reading takes for something else than what stands there. Each kind is told once for each segment. */
export type RepairKind = "typography" | "width" | "escapes";

/** One place where a line is read differently from how it stands. */
export interface Repair {
  readonly kind: RepairKind;
  /** Column of the line as pasted. */
  readonly column: number;
  readonly was: string;
  readonly is: string;
}

/** What stands at a place outside quotes, read as what a tool printed. */
export interface Mended {
  readonly kind: RepairKind;
  /** Characters that are taken for `is`. */
  readonly length: number;
  readonly is: string;
}

const quotes = /[“”„‟″]/;
const apostrophes = /[‘’‚′]/;
const dashes = /[\u2010-\u2015\u2212\ufe63]/;
/** Blogs make one of two hyphens. */
const long = /[\u2013-\u2015]/;
const wide = /[\uff01-\uff5e]/;
const ideograph = /[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]/;
/** Markdown's escapes; `\` before a letter or a blank is something else: `ip -o`, the end of a shell's line. */
const escaped = /^\\[-_*|[\]#.(){}!+~<>`]/;

/** Some line may need a look; `unusual` ones only are asked. */
export const mayNeedRepair = /[\u2010-\u201f\u2032\u2033\u2212\ufe63\uff01-\uff5e]|\\[-_*|[\]#.(){}!+~<>`]/;

/** Full-width punctuation is at home between ideographs: there it is prose. */
export const keepsWidth = (raw: string): boolean => ideograph.test(raw);

/** Whether a typographic quote opens or closes here; `"` inside quotes is no business of this. */
export const isTypographicQuote = (c: string): boolean => quotes.test(c);

/** What stands at `i` outside quotes, if it has to be read as something else. `text` is the cleaned line so far. */
export function mended(raw: string, i: number, text: string, prose: boolean): Mended | undefined {
  const c = raw[i] ?? "";
  if (c === "\\") {
    const drive = raw[i + 1] === ">" && raw[i - 1] === ":";
    return !drive && escaped.test(raw.slice(i, i + 2))
      ? { kind: "escapes", length: 2, is: raw[i + 1] ?? "" }
      : undefined;
  }
  if (quotes.test(c)) return { kind: "typography", length: 1, is: '"' };
  if (apostrophes.test(c)) return { kind: "typography", length: 1, is: "'" };
  if (dashes.test(c)) return { kind: "typography", length: 1, is: hyphens(c, raw.slice(i + 1, i + 40), text) };
  if (!wide.test(c) || prose) return undefined;
  // `73：kube-ipvs0：<…`: the wide colon swallowed the blank behind it
  const blank = c === "：" && (raw[i + 1] === "<" || (/^\s*\d{1,6}$/.test(text) && /[a-z]/i.test(raw[i + 1] ?? "")));
  return { kind: "width", length: 1, is: blank ? ": " : String.fromCharCode(c.charCodeAt(0) - 0xfee0) };
}

/** `–dport` was `--dport`, `–A` was `-A`, `KUBE–SVC` was `KUBE-SVC`, and a lonely dash is the opt column of a listing. */
function hyphens(c: string, behind: string, text: string): string {
  if (!long.test(c) || (text !== "" && !/[\s"'!(]$/.test(text))) return "-";
  if (/^[A-Za-z](?![\w-])/.test(behind) || /^(?=\w{0,3}[A-Z])[A-Za-z]{2,4}(?![\w-])/.test(behind)) return "-";
  return /^(?:[A-Za-z]|\s|$)/.test(behind) ? "--" : "-";
}
