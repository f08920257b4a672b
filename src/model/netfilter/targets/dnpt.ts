import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { prefixWithHost } from "../values/addresses.ts";
import { option } from "../values/fields.ts";
import { defineTarget } from "./define-target.ts";

const why = words("DNPT rewrites the destination's prefix.", "DNPT 改写目的地址前缀。");

/** Stateless prefix translation of IPv6: libip6t_DNPT.c. */
export const dnpt = defineTarget({
  name: "DNPT",
  family: 6,
  level: "recognised",
  note: why,
  fields: { from: option("--src-pfx", prefixWithHost), to: option("--dst-pfx", prefixWithHost) },
  needs: [["from"], ["to"]],
  effect: () => ({ kind: "unknown", why }),
  list: listForm(/DNPT/, [
    ["--src-pfx", /src-pfx (?<a>\S+)/],
    ["--dst-pfx", /dst-pfx (?<a>\S+)/],
  ]),
});
