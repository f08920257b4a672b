import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { shortTime } from "../values/short-time.ts";
import { word } from "../values/text.ts";
import { inertTarget } from "./define-target.ts";

/** Measures the rate of what passes, for the match rateest: libxt_RATEEST.c. */
export const rateestTarget = inertTarget(
  "RATEEST",
  {
    name: option("--rateest-name", word(15)),
    interval: option("--rateest-interval", shortTime),
    ewmalog: option("--rateest-ewmalog", shortTime),
  },
  undefined,
  listForm(null, [
    ["--rateest-name", /name (?<a>\S+)/],
    ["--rateest-interval", /interval (?<a>\S+)/],
    ["--rateest-ewmalog", /ewmalog (?<a>\S+)/],
  ]),
);
