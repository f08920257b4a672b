import { words } from "../../../base/words.ts";
import { hexPattern, isText, textPattern } from "../values/bytes.ts";
import { negatable, option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { oneName } from "../values/names.ts";
import { number } from "../values/number.ts";
import { defineMatch } from "./define-match.ts";

const offset = number(0, 65535);

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
});
