import { words } from "../../../base/words.ts";
import { negatable, option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { uint64 } from "../values/number.ts";
import { word } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

/** Named quotas, of xtables-addons: libxt_quota2.c. */
export const quota2 = defineMatch({
  name: "quota2",
  level: "recognised",
  note: words("How much of the quota is left, no dump shows.", "转储里看不到配额还剩多少。"),
  fields: {
    grow: option("--grow", flag),
    noChange: option("--no-change", flag),
    packets: option("--packets", flag),
    name: option("--name", word(15)),
    quota: negatable("--quota", uint64),
  },
});
