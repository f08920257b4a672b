import { listForm, orNothing } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { natPorts } from "../values/nat-range.ts";
import { defineTarget } from "./define-target.ts";
import { common, effectOf, listedRandom, randomly } from "./nat-effect.ts";

/** SNAT to an address of the out interface; which one is the simulation's to say (nf_nat_masquerade.c). */
export const masquerade = defineTarget({
  ...common,
  name: "MASQUERADE",
  fields: { to: option("--to-ports", natPorts), ...randomly },
  effect: effectOf("masquerade"),
  list: orNothing(listForm(null, [["--to-ports", /masq ports: (?<a>\S+)/], ...listedRandom])),
});
