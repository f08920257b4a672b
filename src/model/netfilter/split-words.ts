/** A word of a rule, with the columns of the text it was cut from. Quotes are taken off. */
export interface RuleWord {
  readonly text: string;
  /** Part of it stood in quotes: it is a value, never an option or a `!`. */
  readonly quoted: boolean;
  readonly from: number;
  readonly to: number;
}

export interface SplitWords {
  readonly words: readonly RuleWord[];
  /** Column of a quote that is not closed. */
  readonly openQuote?: number;
}

const blank = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;

/**
 * Cuts a rule into words as iptables-restore does (iptables xshared.c add_param_to_argv): blanks, tabs and line ends separate; `"`
 * opens a quoted run anywhere in a word; inside it `\x` is x for any x; the closing quote ends the word.
 * ```
 * --comment "q \" b"x -j A"B C"
 *           ^^^^^^^^         one word: q " b
 *                   ^       another: x
 *                        ^^^^^^  one word: AB C
 * ```
 */
export function splitWords(text: string): SplitWords {
  const words: RuleWord[] = [];
  let at = 0;
  while (at < text.length) {
    if (blank(text.charCodeAt(at))) {
      at++;
      continue;
    }
    const from = at;
    let end = at;
    while (end < text.length && !blank(text.charCodeAt(end)) && text.charCodeAt(end) !== 0x22) end++;
    if (text.charCodeAt(end) !== 0x22) {
      words.push({ text: text.slice(from, end), quoted: false, from, to: end });
      at = end;
      continue;
    }
    let value = text.slice(from, end);
    let close = end + 1;
    let run = close;
    while (close < text.length && text.charCodeAt(close) !== 0x22) {
      if (text.charCodeAt(close) === 0x5c) {
        value += text.slice(run, close);
        run = close + 1;
        close++;
      }
      close++;
    }
    value += text.slice(run, Math.min(close, text.length));
    if (close >= text.length) {
      words.push({ text: value, quoted: true, from, to: text.length });
      return { words, openQuote: end };
    }
    words.push({ text: value, quoted: true, from, to: close + 1 });
    at = close + 1;
  }
  return { words };
}
