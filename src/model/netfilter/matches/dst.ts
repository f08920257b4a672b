import { listForm } from "../list-form.ts";
import { negatable, option } from "../values/fields.ts";
import { uint32 } from "../values/number.ts";
import { optionsHeader } from "../values/options-header.ts";
import { defineMatch } from "./define-match.ts";
import { noExtensionHeaders } from "./extension-header.ts";

/** Destination options: libip6t_dst.c. */
export const dst = defineMatch({
  ...noExtensionHeaders,
  name: "dst",
  fields: { length: negatable("--dst-len", uint32), options: option("--dst-opts", optionsHeader) },
  list: listForm(/dst/, [
    ["--dst-len", /length:(?<not>!)?(?<a>\d+)/],
    ["--dst-opts", /opts (?<a>\S+)/],
  ]),
});
