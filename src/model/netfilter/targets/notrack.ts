import { listForm, orNothing } from "../list-form.ts";
import { defineTarget } from "./define-target.ts";

/** The older spelling of `-j CT --notrack`; iptables-save keeps it. */
export const notrack = defineTarget({
  name: "NOTRACK",
  level: "modelled",
  tables: ["raw"],
  fields: {},
  effect: () => ({ kind: "notrack" }),
  /** iptables prints it as the CT target that it is, with its own word. */
  list: orNothing(listForm(/NOTRACK/)),
  listedUnder: "CT",
});
