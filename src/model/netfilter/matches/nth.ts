import { words } from "../../../base/words.ts";
import { negatable, option } from "../values/fields.ts";
import { number } from "../values/number.ts";
import { defineMatch } from "./define-match.ts";

/** Every nth packet, in 2.4 and early 2.6 kernels; today `-m statistic`. */
export const nth = defineMatch({
  name: "nth",
  level: "recognised",
  note: words("Counts packets, and no dump shows how far.", "按报文计数，转储里看不到当前计数。"),
  fields: {
    every: negatable("--every", number(2, 100)),
    counter: option("--counter", number(0, 15)),
    start: option("--start", number(0, 99)),
    packet: option("--packet", number(0, 99)),
  },
  needs: [["every"]],
});
