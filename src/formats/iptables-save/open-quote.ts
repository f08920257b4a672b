/** Is a quote open at the end of `text`, if one was (`open`) before it? Inside quotes `\x` is x. */
export function quoteOpenAfter(text: string, open: boolean): boolean {
  let inside = open;
  if (!text.includes("\\")) {
    for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) inside = !inside;
    return inside;
  }
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) inside = !inside;
    else if (code === 0x5c && inside) i++;
  }
  return inside;
}

/** Longest comment in bytes; other quoted values that may hold a line end are shorter. */
const longestValue = 256;
const mostLines = 5;

/**
 * Last line of a rule that begins on line `first` with a quote left open: a comment may hold line ends. Undefined where the quote is not
 * closed within reason; then the text was cut off there. Only a run of lines whose quotes add up is joined, so a cut line
 * followed by whole rules is not glued to them.
 */
export function closingLine(text: (line: number) => string, first: number, length: number): number | undefined {
  let open = true;
  let between = 0;
  for (let line = first + 1; line < Math.min(length, first + mostLines); line++) {
    const content = text(line);
    open = quoteOpenAfter(content, open);
    if (!open) return line;
    between += content.length;
    if (between > longestValue) return undefined;
  }
  return undefined;
}
