import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { freeText } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

/** Counts packets under a name; matches every packet. xt_nfacct.c. */
export const nfacct = defineMatch({
  name: "nfacct",
  level: "inert",
  fields: { name: option("--nfacct-name", freeText(31)) },
  needs: [["name"]],
  test: () => "yes",
  list: listForm(/nfacct-name/, [["--nfacct-name", /(?<a>\S+)/]]),
});
