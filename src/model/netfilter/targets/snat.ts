import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { natTo } from "../values/nat-range.ts";
import { defineTarget } from "./define-target.ts";
import { common, effectOf, listedRandom, randomly } from "./nat-effect.ts";

/** A new source: libxt_SNAT.c. */
export const snat = defineTarget({
  ...common,
  name: "SNAT",
  fields: { to: option("--to-source", natTo), ...randomly, persistent: option("--persistent", flag) },
  needs: [["to"]],
  effect: effectOf("snat"),
  list: listForm(null, [["--to-source", /to:(?<a>\S+)/], ...listedRandom, ["--persistent", /persistent/]]),
});
