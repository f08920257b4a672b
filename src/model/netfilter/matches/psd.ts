import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { number } from "../values/number.ts";
import { defineMatch } from "./define-match.ts";

/** Port scans, of xtables-addons: libxt_psd.c. Weights are always printed. */
export const psd = defineMatch({
  name: "psd",
  level: "recognised",
  note: words("Counts the ports that a host has tried.", "统计一台主机尝试过的端口。"),
  fields: {
    weight: option("--psd-weight-threshold", number(0, 0xffff)),
    delay: option("--psd-delay-threshold", number(0, 0xffff)),
    low: option("--psd-lo-ports-weight", number(0, 0xffff)),
    high: option("--psd-hi-ports-weight", number(0, 0xffff)),
  },
  complete: (value) => ({
    weight: value.weight ?? { negated: false, is: 21 },
    delay: value.delay ?? { negated: false, is: 300 },
    low: value.low ?? { negated: false, is: 3 },
    high: value.high ?? { negated: false, is: 1 },
  }),
});
