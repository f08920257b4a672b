/**
 * Stamps that loggers and pagers of `grep -n` put before every line of a dump, longest first:
 *   2026-11-22T19:38:09.593Z stdout F             CRI
 *   Nov 22 19:38:09 n1 kube-proxy[812]:           syslog
 *   I1122 19:38:09.593012       1 proxier.go:123] klog
 *   [2026-11-22 19:38:09]                         pipelines
 *   12: 12- 12→                                   grep -n, editors
 */
const stamps = [
  /^\d{4}-\d\d-\d\dT[\d:.,]+(?:Z|[+-]\d\d:?\d\d)? (?:stdout|stderr) [FP] /,
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? \S+ [^\s:[\]]+(?:\[\d+\])?: ?/,
  /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [\w./-]+:\d+\] ?/,
  /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?(?: \S+ [^\s:[\]]+(?:\[\d+\])?:)? /,
  /^\[\d{4}-\d\d-\d\d[^\]]*\] ?/,
  /^\[ *\d+\.\d+\] ?/,
  /^\s*\d+[:\u2192-]/,
  /^\|\s?/,
];
const indent = /^[ \t]+/;

/** Columns before the first that a known stamp does not take; 0: there is none. Several may stand in a row. */
export function stampLength(line: string): number {
  let length = 0;
  for (let round = 0; round < 3; round++) {
    const rest = line.slice(length);
    const found = stamps.map((s) => s.exec(rest)?.[0].length).find((n) => n !== undefined);
    if (found === undefined) break;
    length += found;
  }
  return length;
}

export const indentLength = (line: string): number => indent.exec(line)?.[0].length ?? 0;
