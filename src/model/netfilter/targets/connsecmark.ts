import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { defineTarget } from "./define-target.ts";

/** Carries the security context between packet and connection: libxt_CONNSECMARK.c. */
export const connsecmark = defineTarget({
  name: "CONNSECMARK",
  level: "inert",
  fields: { save: option("--save", flag), restore: option("--restore", flag) },
  needs: [["save", "restore"]],
  exclusive: [["save", "restore"]],
  effect: () => ({ kind: "continue" }),
  list: listForm(/CONNSECMARK/, [
    ["--save", /save/],
    ["--restore", /restore/],
  ]),
});
