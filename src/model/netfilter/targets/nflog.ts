import { listForm, orNothing } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { number, uint32 } from "../values/number.ts";
import { freeText } from "../values/text.ts";
import { inertTarget } from "./define-target.ts";

const group = number(0, 65535);

/** Sends the packet to a logging program: libxt_NFLOG.c. */
export const nflog = inertTarget(
  "NFLOG",
  {
    prefix: option("--nflog-prefix", freeText(63), (text) => text === ""),
    group: option("--nflog-group", group, (is) => is === 0),
    range: option("--nflog-range", uint32),
    size: option("--nflog-size", uint32),
    threshold: option("--nflog-threshold", group, (is) => is === 1),
  },
  undefined,
  orNothing(
    listForm(null, [
      ["--nflog-prefix", /nflog-prefix "(?<a>.*)"(?= nflog-|\s*$)/],
      ["--nflog-group", /nflog-group (?<a>\d+)/],
      ["--nflog-range", /nflog-range (?<a>\d+)/],
      ["--nflog-size", /nflog-size (?<a>\d+)/],
      ["--nflog-threshold", /nflog-threshold (?<a>\d+)/],
    ]),
  ),
);
