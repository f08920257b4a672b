import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { namedMask } from "../values/named-mask.ts";
import { defineMatch } from "./define-match.ts";

/** Groups that interfaces were put into with `ip link set group`: libxt_devgroup.c. */
export const devgroup = defineMatch({
  name: "devgroup",
  level: "recognised",
  note: words("Compares the groups of the packet's interfaces.", "比较报文所经接口的分组。"),
  fields: { source: negatable("--src-group", namedMask), destination: negatable("--dst-group", namedMask) },
  needs: [["source", "destination"]],
  list: listForm(null, [
    ["--src-group", /(?<not>! )?src-group (?<a>\S+)/],
    ["--dst-group", /(?<not>! )?dst-group (?<a>\S+)/],
  ]),
});
