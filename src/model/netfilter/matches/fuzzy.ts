import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { number } from "../values/number.ts";
import { defineMatch } from "./define-match.ts";

/** A fuzzy limit of the packet rate, of xtables-addons: libxt_fuzzy.c. */
export const fuzzy = defineMatch({
  name: "fuzzy",
  level: "recognised",
  note: words("Compares the rate of packets.", "比较报文速率。"),
  fields: { lower: option("--lower-limit", number(1, 10000000)), upper: option("--upper-limit", number(1, 10000000)) },
});
