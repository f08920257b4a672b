import type { Span } from "../../base/span.ts";
import type { NftElement } from "../../model/nftables/ruleset.ts";
import type { Lines } from "../format.ts";

/** How many brackets a line opens and does not close; those in quotes and behind `#` do not count. */
export function bracketDepth(text: string): number {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (c === "#") break;
    else if (c === "{") depth++;
    else if (c === "}") depth--;
  }
  return depth;
}

/**
 * Elements between `elements = {` on line `from` and the bracket that closes it, with the place of each:
 *   elements = { 10.96.0.1 . tcp . 443 : goto service-X,
 *                1.2.3.4 . tcp . 80 comment "a, b" : drop }
 */
export function splitElements(lines: Lines, from: number, at: Span): readonly NftElement[] {
  const found: NftElement[] = [];
  let text = "";
  let first: { line: number; column: number } | undefined;
  let depth = 0;
  let quoted = false;
  for (let line = from; line < lines.length; line++) {
    const raw = lines.text(line);
    for (let column = 0; column < raw.length; column++) {
      const c = raw[column] ?? "";
      if (c === '"') quoted = !quoted;
      if (!quoted && c === "{" && depth++ === 0) continue;
      if (depth === 0) continue;
      const ends = !quoted && ((c === "," && depth === 1) || (c === "}" && --depth === 0));
      if (!ends) {
        if (first === undefined && /\s/.test(c)) continue;
        first ??= { line, column };
        text += c;
        continue;
      }
      if (first && text.trim() !== "") {
        const to = first.line === line ? column : undefined;
        found.push({ text: text.trim(), at: lines.span(first.line, first.column, to) });
      }
      text = "";
      first = undefined;
      if (depth === 0) return found;
    }
    if (lines.span(line).from >= at.to) break;
    if (text !== "") text += " ";
  }
  return found;
}
