import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { address } from "../values/addresses.ts";
import { option } from "../values/fields.ts";
import { interfaceName } from "../values/text.ts";
import { defineTarget } from "./define-target.ts";

/** Sends a copy of the packet elsewhere: libxt_TEE.c. */
export const tee = defineTarget({
  name: "TEE",
  level: "inert",
  note: words("The copy that TEE sends is not followed.", "TEE 发出的副本不跟踪。"),
  fields: { gateway: option("--gateway", address), iface: option("--oif", interfaceName) },
  needs: [["gateway"]],
  effect: () => ({ kind: "continue" }),
  list: listForm(/TEE/, [
    ["--gateway", /gw:(?<a>\S+)/],
    ["--oif", /oif=(?<a>\S+)/],
  ]),
});
