import { words } from "../../../base/words.ts";
import { negatable, option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { numberRange } from "../values/number-range.ts";
import { defineMatch } from "./define-match.ts";

/** Lengths by layer, of xtables-addons: libxt_length2.c. */
export const length2 = defineMatch({
  name: "length2",
  level: "recognised",
  note: words("Compares lengths layer by layer.", "按层比较长度。"),
  fields: {
    layer3: option("--layer3", flag),
    layer4: option("--layer4", flag),
    layer5: option("--layer5", flag),
    layer7: option("--layer7", flag),
    length: negatable("--length", numberRange(65535)),
  },
});
