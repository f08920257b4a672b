import { listForm } from "../list-form.ts";
import { dscpClass, dscpValue } from "../values/dscp.ts";
import { option } from "../values/fields.ts";
import { defineTarget } from "./define-target.ts";

/** xt_DSCP.c dscp_tg: the upper six bits of the TOS byte. */
export const dscpTarget = defineTarget({
  name: "DSCP",
  level: "modelled",
  tables: ["mangle"],
  fields: { dscp: option("--set-dscp", dscpValue), class: option("--set-dscp-class", dscpClass) },
  needs: [["dscp", "class"]],
  exclusive: [["dscp", "class"]],
  complete: (value) => (value.class ? { dscp: value.class } : value),
  effect: ({ dscp }) => ({ kind: "dscp", tos: (dscp?.is ?? 0) << 2, mask: 0xfc }),
  list: listForm(/DSCP/, [["--set-dscp", /set (?<a>0x\S+)/]]),
});
