/**
 * Something that stands before every line of a block and belongs to the paste, not to the dump. It is looked for only
 * where a line is in no format as it stands, and only if the rest is.
 */
export interface Peel {
  readonly name: "quote" | "indent" | "gutter" | "file" | "stamp";
  /** Lines may be missing behind it (grep -n, grep -H). */
  readonly filtered: boolean;
  readonly pattern: RegExp;
}

const peel = (name: Peel["name"], pattern: RegExp, filtered = false): Peel => ({ name, pattern, filtered });

export const peels: readonly Peel[] = [
  // mail and Markdown: "> ", ">   > "
  peel("quote", /^\s{0,3}>(?:\s{0,3}>){0,8} ?/),
  // code blocks by four blanks, lists
  peel("indent", /^(?: {1,24}|\t{1,4})(?=\S)/),
  // "12: text" and "12-text" of grep -n, "  12  text" and "12→text" of editors
  peel("gutter", /^ {0,6}\d{1,7}(?:[:→|]\t? ?|-(?=\S)|[ \t]{1,4})/),
  // grep -H: "nat.txt:-A OUTPUT …"
  peel("file", /^[\w./@+-]{1,120}:(?=\S)/, true),
  // klog: "I1122 19:38:09.593012       1 proxier.go:123] "; before the rules that kube-proxy logs, its words too
  peel("stamp", /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{1,9} +\d+ [\w.-]{1,60}:\d+\] (?:Restoring iptables rules: (?=\*))?/),
  // RFC 3339, with "stdout F " of the container runtime: "2026-11-22T19:38:09.593Z stdout F "
  peel(
    "stamp",
    /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?Z| ?[+-]\d\d:?\d\d)?(?: std(?:out|err) [FP])? /,
  ),
  // syslog and journalctl: "Nov 22 19:38:09 n1 script[123]: "
  peel("stamp", /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,6})? \S{1,64} [\w./()-]{1,60}(?:\[\d+\])?: /),
  // pipelines, ts: "[19:38:09] ", "[2026-11-22T19:38:09Z] "; "19:38:09 "
  peel("stamp", /^\[[\d:.,TZ +/-]{8,40}\] /),
  peel("stamp", /^\d\d:\d\d:\d\d(?:[.,]\d{1,6})? /),
];

/** What is indented further keeps the rest: it means something in YAML and `ip addr`. */
export const indentOf = (columns: number): Peel => peel("indent", new RegExp(`^[ \\t]{1,${columns}}`));

export const peelLength = (of: Peel, text: string): number => of.pattern.exec(text)?.[0].length ?? 0;

/** Columns that all of them take together, one after the other. */
export function peeledLength(list: readonly Peel[], text: string): number {
  let from = 0;
  for (const one of list) from += peelLength(one, from === 0 ? text : text.slice(from));
  return from;
}
