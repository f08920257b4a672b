import { negatedIf, ternary } from "../../../base/ternary.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { hasMasked } from "../values/masked.ts";
import { tosValue } from "../values/tos.ts";
import { defineMatch } from "./define-match.ts";

/** xt_dscp.c tos_mt. */
export const tos = defineMatch({
  name: "tos",
  level: "modelled",
  fields: { tos: negatable("--tos", tosValue) },
  needs: [["tos"]],
  test({ tos }, packet) {
    if (!tos) return "yes";
    return packet.tos === undefined ? "unknown" : negatedIf(tos.negated, ternary(hasMasked(packet.tos, tos.is)));
  },
  /** The word and the value are not parted: `tos match0x10/0x3f`, or ` Minimize-Delay` by name without -n. */
  list: listForm(null, [["--tos", /(?:tos match|TOS match )(?<not>!)? ?(?<a>\S+)/]]),
});
