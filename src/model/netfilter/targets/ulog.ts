import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { number, uint32 } from "../values/number.ts";
import { freeText } from "../values/text.ts";
import { inertTarget, ofFamily } from "./define-target.ts";

/** The forerunner of NFLOG, gone since Linux 3.17: libipt_ULOG.c. */
export const ulog = ofFamily(
  4,
  inertTarget(
    "ULOG",
    {
      prefix: option("--ulog-prefix", freeText(31), (text) => text === ""),
      group: option("--ulog-nlgroup", number(1, 32), (is) => is === 1),
      range: option("--ulog-cprange", uint32, (is) => is === 0),
      threshold: option("--ulog-qthreshold", number(1, 50), (is) => is === 1),
    },
    undefined,
    listForm(/ULOG/, [
      ["--ulog-cprange", /copy_range (?<a>\d+)/],
      ["--ulog-nlgroup", /nlgroup (?<a>\d+)/],
      ["--ulog-prefix", /prefix (?:"(?<a>.*)"|`(?<b>.*)')(?= queue_threshold|\s*$)/],
      ["--ulog-qthreshold", /queue_threshold (?<a>\d+)/],
    ]),
  ),
);
