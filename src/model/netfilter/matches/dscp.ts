import { negatedIf, ternary } from "../../../base/ternary.ts";
import { listForm } from "../list-form.ts";
import { dscpClass, dscpValue } from "../values/dscp.ts";
import { negatable } from "../values/fields.ts";
import { defineMatch } from "./define-match.ts";

/** xt_dscp.c dscp_mt. A class is read into the number that iptables-save prints. */
export const dscp = defineMatch({
  name: "dscp",
  level: "modelled",
  fields: { dscp: negatable("--dscp", dscpValue), class: negatable("--dscp-class", dscpClass) },
  needs: [["dscp", "class"]],
  exclusive: [["dscp", "class"]],
  complete: (value) => (value.class ? { dscp: value.class } : value),
  test({ dscp }, packet) {
    if (!dscp) return "yes";
    return packet.tos === undefined ? "unknown" : negatedIf(dscp.negated, ternary(packet.tos >> 2 === dscp.is));
  },
  list: listForm(/DSCP match/, [["--dscp", /(?<not>!)?(?<a>0x\S+)/]]),
});
