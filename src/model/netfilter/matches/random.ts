import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { number } from "../values/number.ts";
import { defineMatch } from "./define-match.ts";

/** Chance, in 2.4 and early 2.6 kernels; today `-m statistic`. */
export const random = defineMatch({
  name: "random",
  level: "recognised",
  note: words("The kernel draws; the rule is not followed both ways.", "由内核随机决定；不分别推算两种结果。"),
  fields: { average: option("--average", number(1, 99)) },
});
