import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { word } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

/** Options in the IPv4 header, of xtables-addons: libxt_ipv4options.c. */
export const ipv4options = defineMatch({
  name: "ipv4options",
  family: 4,
  level: "recognised",
  note: words("Compares options of the IPv4 header.", "比较 IPv4 头中的选项。"),
  fields: { flags: option("--flags", word()), any: option("--any", flag) },
});
