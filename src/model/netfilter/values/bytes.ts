import { words } from "../../../base/words.ts";
import type { Refuse, ValueKind } from "./value-kind.ts";

/** Longest pattern that xt_string takes, in bytes. */
const longest = 128;

const encoder = new TextEncoder();
const hexOf = (bytes: Iterable<number>): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function within(hex: string, refuse: Refuse): string | undefined {
  if (hex === "") return refuse("value-empty", words("The pattern is empty.", "模式为空。"));
  if (hex.length <= 2 * longest) return hex;
  return refuse("too-long", words(`The pattern is longer than ${longest} bytes.`, `模式超过 ${longest} 字节。`));
}

/** `a|0d 0a|b`: text with bytes in hexadecimal between bars; `\\|` is a bar. libxt_string.c parse_hex_string. */
function readHex(text: string, refuse: Refuse): string | undefined {
  let hex = "";
  for (let at = 0; at < text.length; ) {
    if (text[at] === "|") {
      const end = text.indexOf("|", at + 1);
      const digits = text.slice(at + 1, end === -1 ? undefined : end).replaceAll(" ", "");
      if (end === -1 || !/^(?:[0-9a-fA-F]{2})+$/.test(digits))
        return refuse(
          "unknown-value",
          words(
            `“${text}” holds no pairs of hexadecimal digits between bars.`,
            `“${text}” 的竖线之间不是成对的十六进制数字。`,
          ),
        );
      hex += digits.toLowerCase();
      at = end + 1;
      continue;
    }
    if (text[at] === "\\" && at + 1 < text.length) at++;
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    hex += hexOf(encoder.encode(character));
    at += character.length;
  }
  return hex;
}

/** Bytes as `--string` takes them, kept in hexadecimal digits. */
export const textPattern: ValueKind<string> = {
  words: 1,
  free: true,
  read: ([text = ""], refuse) => within(hexOf(encoder.encode(text)), refuse),
  print: (hex) => `"${textOf(hex).replace(/["\\]/g, "\\$&")}"`,
};

/** Bytes as `--hex-string` takes them. */
export const hexPattern: ValueKind<string> = {
  words: 1,
  free: true,
  read([text = ""], refuse) {
    const hex = readHex(text, refuse);
    return hex === undefined ? undefined : within(hex, refuse);
  },
  print: (hex) => `"|${hex}|"`,
};

/** iptables-save prints a pattern as text unless a byte of it is not printable or it ends in `\\`; libxt_string.c is_hex_string. */
export const isText = (hex: string): boolean => !/^(?:..)*?(?:[01].|7f|[89a-f].)/.test(hex) && !/^(?:..)*5c$/.test(hex);

const textOf = (hex: string): string => hex.replace(/../g, (byte) => String.fromCharCode(Number.parseInt(byte, 16)));
