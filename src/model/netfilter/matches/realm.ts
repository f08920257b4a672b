import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { namedMask } from "../values/named-mask.ts";
import { defineMatch } from "./define-match.ts";

/** The realm of the packet's route: libipt_realm.c. */
export const realm = defineMatch({
  name: "realm",
  family: 4,
  level: "recognised",
  note: words("Compares the realm of the packet's route.", "比较报文所走路由的 realm。"),
  fields: { realm: negatable("--realm", namedMask) },
  needs: [["realm"]],
  list: listForm(null, [["--realm", /(?<not>! )?realm (?<a>\S+)/]]),
});
