import { listForm, orNothing } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { natPorts } from "../values/nat-range.ts";
import { defineTarget } from "./define-target.ts";
import { common, effectOf, listedRandom, randomly } from "./nat-effect.ts";

/** DNAT to the in interface's own address, 127.0.0.1 in OUTPUT. */
export const redirect = defineTarget({
  ...common,
  name: "REDIRECT",
  fields: { to: option("--to-ports", natPorts), ...randomly },
  effect: effectOf("redirect"),
  list: orNothing(listForm(null, [["--to-ports", /redir ports (?<a>\S+)/], ...listedRandom])),
});
