import type { Lines } from "./format.ts";

/** Lines [from, to) of others, as lines of their own. `text` of a line may be put right. */
export function stretch(lines: Lines, from: number, to: number, text = (i: number): string => lines.text(i)): Lines {
  return {
    source: lines.source,
    length: to - from,
    text: (i) => text(from + i),
    plainLine: (i) => lines.plainLine(from + i),
    span: (i, first, last) => lines.span(from + i, first, last),
  };
}

/**
 * Cuts lines where one of another kind of text begins, such as JSON below a table. `begins` tells the kind that a line begins, if it
 * begins any, given the kind that is open.
 */
export function stretches<Kind extends string>(
  lines: Lines,
  begins: (text: string, open: Kind | undefined) => Kind | undefined,
): readonly { readonly kind: Kind | undefined; readonly lines: Lines }[] {
  const starts: { from: number; kind: Kind | undefined }[] = [];
  let open: Kind | undefined;
  for (let i = 0; i < lines.length; i++) {
    const kind = begins(lines.text(i), open);
    if (kind === undefined && i > 0) continue;
    starts.push({ from: i, kind });
    open = kind;
  }
  if (starts.length === 1 && starts[0]) return [{ kind: starts[0].kind, lines }];
  return starts.map(({ from, kind }, i) => ({
    kind,
    lines: stretch(lines, from, starts[i + 1]?.from ?? lines.length),
  }));
}
