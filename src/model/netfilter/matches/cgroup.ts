import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { uint32 } from "../values/number.ts";
import { freeText } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

/** Control group of the process behind the socket: libxt_cgroup.c. */
export const cgroup = defineMatch({
  name: "cgroup",
  level: "recognised",
  note: words("Compares the control group of the sending process.", "比较发送进程所在的控制组。"),
  fields: { path: negatable("--path", freeText(4095)), id: negatable("--cgroup", uint32) },
  needs: [["path", "id"]],
  exclusive: [["path", "id"]],
  list: listForm(/cgroup/, [
    ["--path", /(?<not>! )?(?<a>\/\S*)/],
    ["--cgroup", /(?<not>! )?(?<a>\d+)/],
  ]),
});
