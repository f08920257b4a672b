import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { natTo } from "../values/nat-range.ts";
import { defineTarget } from "./define-target.ts";
import { common, effectOf, listedRandom, randomly } from "./nat-effect.ts";

/** A new destination: libxt_DNAT.c, nf_nat_core.c. */
export const dnat = defineTarget({
  ...common,
  name: "DNAT",
  fields: { to: option("--to-destination", natTo), ...randomly, persistent: option("--persistent", flag) },
  needs: [["to"]],
  effect: effectOf("dnat"),
  list: listForm(null, [["--to-destination", /to:(?<a>\S+)/], ...listedRandom, ["--persistent", /persistent/]]),
});
