import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { uint32 } from "../values/number.ts";
import { defineMatch } from "./define-match.ts";

/** The processor that handles the packet: libxt_cpu.c. */
export const cpu = defineMatch({
  name: "cpu",
  level: "recognised",
  note: words("Which processor handles a packet, no dump shows.", "转储里看不到由哪个处理器处理报文。"),
  fields: { cpu: negatable("--cpu", uint32) },
  needs: [["cpu"]],
  list: listForm(/cpu/, [["--cpu", /(?<not>! )?(?<a>\d+)/]]),
});
