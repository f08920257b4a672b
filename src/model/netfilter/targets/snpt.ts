import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { prefixWithHost } from "../values/addresses.ts";
import { option } from "../values/fields.ts";
import { defineTarget } from "./define-target.ts";

const why = words("SNPT rewrites the source's prefix.", "SNPT 改写源地址前缀。");

/** Stateless prefix translation of IPv6: libip6t_SNPT.c. */
export const snpt = defineTarget({
  name: "SNPT",
  family: 6,
  level: "recognised",
  note: why,
  fields: { from: option("--src-pfx", prefixWithHost), to: option("--dst-pfx", prefixWithHost) },
  needs: [["from"], ["to"]],
  effect: () => ({ kind: "unknown", why }),
  list: listForm(/SNPT/, [
    ["--src-pfx", /src-pfx (?<a>\S+)/],
    ["--dst-pfx", /dst-pfx (?<a>\S+)/],
  ]),
});
