import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { number } from "../values/number.ts";
import { defineTarget } from "./define-target.ts";

/** The segment size that a SYN announces: libxt_TCPMSS.c. */
export const tcpmssTarget = defineTarget({
  name: "TCPMSS",
  level: "inert",
  fields: { mss: option("--set-mss", number(0, 65535)), clamp: option("--clamp-mss-to-pmtu", flag) },
  needs: [["mss", "clamp"]],
  exclusive: [["mss", "clamp"]],
  effect: () => ({ kind: "continue" }),
  list: listForm(/TCPMSS/, [
    ["--set-mss", /set (?<a>\d+)/],
    ["--clamp-mss-to-pmtu", /clamp to PMTU/],
  ]),
});
