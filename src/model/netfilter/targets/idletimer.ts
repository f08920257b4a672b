import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { number } from "../values/number.ts";
import { word } from "../values/text.ts";
import { defineTarget } from "./define-target.ts";

/** Tells when an interface has been idle: libxt_IDLETIMER.c; `--send_nl_msg` is Android's. */
export const idletimer = defineTarget({
  name: "IDLETIMER",
  level: "inert",
  fields: {
    timeout: option("--timeout", number(1, 0xffffffff)),
    label: option("--label", word(27)),
    alarm: option("--alarm", flag),
    notify: option("--send_nl_msg", flag),
  },
  needs: [["timeout"], ["label"]],
  effect: () => ({ kind: "continue" }),
  list: listForm(null, [
    ["--timeout", /timeout:(?<a>\d+)/],
    ["--label", /label:(?<a>\S+)/],
    ["--alarm", /alarm/],
    ["--send_nl_msg", /send_nl_msg/],
  ]),
});
