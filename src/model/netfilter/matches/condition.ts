import { words } from "../../../base/words.ts";
import { negatable } from "../values/fields.ts";
import { quotedText } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

/** A switch in /proc, of xtables-addons: libxt_condition.c. */
export const condition = defineMatch({
  name: "condition",
  level: "recognised",
  note: words("A switch in /proc/net/nf_condition decides.", "由 /proc/net/nf_condition 中的开关决定。"),
  fields: { name: negatable("--condition", quotedText) },
  needs: [["name"]],
});
