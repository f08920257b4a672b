import { words } from "../../../base/words.ts";
import { anyForm, type ListPart, listForm } from "../list-form.ts";
import { hexPattern, isText, textPattern } from "../values/bytes.ts";
import { negatable, option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { oneName } from "../values/names.ts";
import { number } from "../values/number.ts";
import { defineMatch } from "./define-match.ts";

const offset = number(0, 65535);

const listedRest: readonly ListPart[] = [
  ["--algo", /ALGO name (?<a>\w+)/],
  ["--from", /FROM (?<a>\d+)/],
  ["--to", /TO (?<a>\d+)/],
  ["--icase", /ICASE/],
];

/** Text in the payload: libxt_string.c. Both spellings of a pattern become the one that iptables-save chooses for its bytes. */
export const string = defineMatch({
  name: "string",
  level: "recognised",
  note: words("Looks for text in the payload, which no dump shows.", "在载荷中查找文本，转储里看不到载荷。"),
  fields: {
    text: negatable("--string", textPattern),
    hex: negatable("--hex-string", hexPattern),
    algorithm: option("--algo", oneName(["bm", "kmp"])),
    from: option("--from", offset, (at) => at === 0),
    to: option("--to", offset, (at) => at === 65535),
    icase: option("--icase", flag),
  },
  needs: [["text", "hex"]],
  exclusive: [["text", "hex"]],
  complete({ text, hex, ...rest }) {
    const pattern = text ?? hex;
    if (!pattern) return rest;
    return isText(pattern.is) ? { text: pattern, ...rest } : { hex: pattern, ...rest };
  },
  /** Bytes that are no text stand in hexadecimal, `"|0a0b|"`. */
  list: anyForm(
    listForm(
      /STRING match(?= +(?:! )?"\|(?:[\da-f]{2}){0,128}(?:[01][\da-f]|7f|[89a-f][\da-f]|5c(?=\|))(?:[\da-f]{2}){0,128}\|")/,
      [["--hex-string", /(?<not>! )?"(?<a>\|[\da-f]*\|)"/], ...listedRest],
    ),
    listForm(/STRING match/, [
      ["--string", /(?<not>! )?"(?<a>(?:[^"\\]|\\.)*)"/, ({ a = "" }) => [a.replace(/\\(.)/g, "$1")]],
      ...listedRest,
    ]),
  ),
});
