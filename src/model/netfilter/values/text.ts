import { words } from "../../../base/words.ts";
import type { ValueKind } from "./value-kind.ts";

const plain = /^[A-Za-z0-9_-]+$/;

/**
 * Text as iptables-save prints it: bare if it has letters, digits, `_` and `-` only, else in quotes with `\` before
 * `"`, `\` and `'`. libxtables xtables_save_string, since 1.4.11.
 */
export const quote = (text: string): string => (plain.test(text) ? text : `"${text.replace(/["'\\]/g, "\\$&")}"`);

const encoder = new TextEncoder();
export function longerThan(text: string, bytes: number): boolean {
  if (text.length * 3 <= bytes || text.length > bytes) return text.length > bytes;
  // nearly all of them are ASCII
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return encoder.encode(text).length > bytes;
  return false;
}

/** Text for people: a comment, a log prefix. Any byte; length as the kernel structure allows. */
export const freeText = (longest: number): ValueKind<string> => ({
  words: 1,
  free: true,
  read([text = ""], refuse) {
    if (longerThan(text, longest))
      return refuse("too-long", words(`The text is longer than ${longest} bytes.`, `文本超过 ${longest} 字节。`));
    return text;
  },
  print: quote,
});

/** One word, printed as it is: a set's name, an interface. */
export const word = (longest = 1023): ValueKind<string> => ({
  words: 1,
  read([text = ""], refuse) {
    if (text === "") return refuse("value-empty", words("The value is empty.", "值为空。"));
    if (longerThan(text, longest))
      return refuse(
        "too-long",
        words(`“${text}” is longer than ${longest} bytes.`, `“${text}” 超过 ${longest} 字节。`),
      );
    return text;
  },
  print: (value) => value,
});

/** An interface pattern; at most 15 bytes, a trailing `+` is a prefix. */
export const interfaceName = word(15);

/** Several words kept as they are, quoted where the reader would otherwise split them. For recognised options. */
export const keptWords = (count: number): ValueKind<readonly string[]> => ({
  words: count,
  free: count > 0,
  read: (args) => [...args],
  print: (args) => args.map(bare).join(" "),
});

/** As written where the reader would give it back as one word, else in quotes. Names are printed so. */
export const bare = (text: string): string =>
  text !== "" && !/[\s"]/.test(text) ? text : `"${text.replace(/["'\\]/g, "\\$&")}"`;

/** Always quoted, as `--u32 "0x0>>0x1c=0x4"` is. */
export const quotedText: ValueKind<string> = {
  words: 1,
  free: true,
  read: ([text = ""]) => text,
  print: (text) => `"${text.replace(/["\\]/g, "\\$&")}"`,
};
