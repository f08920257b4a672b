import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { word } from "../values/text.ts";
import { inertTarget } from "./define-target.ts";

/** Counts traffic of a net, of xtables-addons: libxt_ACCOUNT.c. */
export const accountTarget = inertTarget(
  "ACCOUNT",
  { net: option("--addr", word()), name: option("--tname", word(15)) },
  words("What it counts is not shown.", "不显示其统计结果。"),
);
