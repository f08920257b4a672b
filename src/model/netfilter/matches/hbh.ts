import { listForm } from "../list-form.ts";
import { negatable, option } from "../values/fields.ts";
import { uint32 } from "../values/number.ts";
import { optionsHeader } from "../values/options-header.ts";
import { defineMatch } from "./define-match.ts";
import { noExtensionHeaders } from "./extension-header.ts";

/** Hop-by-hop options: libip6t_hbh.c. */
export const hbh = defineMatch({
  ...noExtensionHeaders,
  name: "hbh",
  fields: { length: negatable("--hbh-len", uint32), options: option("--hbh-opts", optionsHeader) },
  list: listForm(/hbh/, [
    ["--hbh-len", /length:(?<not>!)?(?<a>\d+)/],
    ["--hbh-opts", /opts (?<a>\S+)/],
  ]),
});
