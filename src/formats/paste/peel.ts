/**
 * Something that stands before every line of a block and belongs to the paste, not to the dump. It is looked for only
 * where a line is in no format as it stands, and only if the rest is.
 */
export interface Peel {
  readonly name: "diff" | "quote" | "indent" | "gutter" | "file" | "stamp" | "host" | "bullet" | "pipe" | "ticks";
  /** Lines may be missing behind it (grep -n, grep -H, diff). */
  readonly filtered: boolean;
  readonly pattern: RegExp;
  /** What stands behind the line, then; may match nothing. */
  readonly tail?: RegExp;
}

const peel = (name: Peel["name"], pattern: RegExp, more: { filtered?: true; tail?: RegExp } = {}): Peel => ({
  name,
  pattern,
  filtered: more.filtered ?? false,
  ...(more.tail ? { tail: more.tail } : {}),
});

/** Marks of a diff's lines that are in the newer of its two files. */
export const diffMark: Peel = peel("diff", /^[+ ]/, { filtered: true });

const level =
  "(?:\\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|trace|debug|info|notice|warn|warning|error)\\]?:?(?: +(?=\\S)| ))?";

/** What a container's runtime puts before every line of its log: no dump has it of its own, so it is taken off before anything else. */
export const containerStamp: Peel = peel(
  "stamp",
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d) std(?:out|err) [FP] /,
);

export const peels: readonly Peel[] = [
  // mail and Markdown: "> ", ">   > "
  peel("quote", /^\s{0,3}>(?:\s{0,3}>){0,8} ?/),
  // code blocks by four blanks, lists
  peel("indent", /^(?: {1,24}|\t{1,4})(?=\S)/),
  // "12: text" and "12-text" of grep -n, "  12  text", "12→text" and " 12 | text" of editors
  peel("gutter", /^ {0,6}\d{1,7}(?: ?[|│] ?|[:→]\t? ?|-(?=.)|[ \t]{1,4})/),
  // grep -H: "nat.txt:-A OUTPUT …"; with -A: "nat.txt-:OUTPUT …"
  peel("file", /^[\w./@+-]{1,120}\.(?:txt|log|out|conf|dump|save|rules|ya?ml)[:-]/, { filtered: true }),
  peel("file", /^[\w./@+-]{1,120}:(?=\S)/, { filtered: true }),
  // klog: "I1122 19:38:09.593012       1 proxier.go:123] "; before the rules that kube-proxy logs, its words too
  peel("stamp", /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{1,9} +\d+ [\w.-]{1,60}:\d+\] (?:Restoring iptables rules: (?=\*))?/),
  // journalctl -o short-iso, rsyslog: "2026-11-22T19:38:09.593012+08:00 n1 script[123]: "
  peel(
    "stamp",
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d) \S{1,64} [\w./()-]{1,60}(?:\[\d+\])?: /,
  ),
  // RFC 3339, with "stdout F " of the container runtime: "2026-11-22T19:38:09.593Z stdout F "; "2026-11-22 19:38:09,593 INFO "
  peel(
    "stamp",
    new RegExp(
      `^\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?: ?Z| ?[+-]\\d\\d:?\\d\\d)?(?: std(?:out|err) [FP])? ${level}`,
    ),
  ),
  // syslog and journalctl: "Nov 22 19:38:09 n1 script[123]: "
  peel("stamp", /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,6})? \S{1,64} [\w./()-]{1,60}(?:\[\d+\])?: /),
  // ts of moreutils: "Nov 22 19:38:09 "
  peel("stamp", /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,6})? /),
  // pipelines, ts: "[19:38:09] ", "[2026-11-22T19:38:09Z] "; "19:38:09 "
  peel("stamp", /^\[[\d:.,TZ +/-]{8,40}\] /),
  peel("stamp", /^\d\d:\d\d:\d\d(?:[.,]\d{1,6})? /),
  // kubectl logs --prefix, stern, docker compose, pssh: "[pod/kube-proxy-x7k2p/kube-proxy] ", "kube-proxy-x7k2p kube-proxy ", "n1  | ", "n1: "
  peel("host", /^\[[\w./-]{3,120}\] (?=.)/),
  peel("host", /^(?:pod\/)?[a-z0-9][a-z0-9.-]{0,80}-[a-z0-9]{4,10} [a-z0-9][a-z0-9-]{0,60} (?:[│|] )?(?=.)/),
  peel("host", /^[\w.-]{1,64} {0,12}[|│] (?=.)/),
  peel("host", /^(?=\S{0,64}[\d.-])[\w.-]{1,64}: (?=.)/),
  // Markdown: a table's only column, a list, code within a line
  peel("pipe", /^\s{0,3}[|│]\s?/, { tail: /\s*[|│]?\s*$/ }),
  peel("bullet", /^\s{0,3}(?:[*•·‣▪+-]|\d{1,3}[.)])(?: {1,3}(?=\S)| )/),
  peel("ticks", /^\s{0,3}`{1,2}(?=[^`])/, { tail: /`{1,2}\s*$/ }),
  // a diff all of whose lines are new
  peel("diff", /^\+(?=.)/, { filtered: true }),
];

/** What is indented further keeps the rest: it means something in YAML and `ip addr`. */
export const indentOf = (columns: number): Peel => peel("indent", new RegExp(`^[ \\t]{1,${columns}}`));

export const peelLength = (of: Peel, text: string): number => of.pattern.exec(text)?.[0].length ?? 0;

/** What is left of a line when all of them are taken off, one after the other: columns [from, to). */
export function peeled(list: readonly Peel[], text: string): { readonly from: number; readonly to: number } {
  let from = 0;
  let to = text.length;
  for (const one of list) {
    const length = peelLength(one, from === 0 && to === text.length ? text : text.slice(from, to));
    from += length;
    if (length > 0 && one.tail) to -= tailLength(one.tail, text.slice(from, to));
  }
  return { from, to };
}

const longestTail = 64;

/** Looked for in the last characters only: a pattern for a line's end begins its search at every blank. */
const tailLength = (tail: RegExp, text: string): number => tail.exec(text.slice(-longestTail))?.[0].length ?? 0;

/** A line without what stands before and behind it. */
export function peelText(list: readonly Peel[], text: string): string {
  if (list.length === 0) return text;
  const { from, to } = peeled(list, text);
  return text.slice(from, to);
}
