/** A word of a line and where it stands (UTF-16 columns, half open). */
export interface Word {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Blank-separated words; a double-quoted run is part of its word. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  const pattern = /(?:"[^"]*"?|[^\s"])+/g;
  for (const match of text.matchAll(pattern))
    words.push({ text: match[0], from: match.index, to: match.index + match[0].length });
  return words;
}
