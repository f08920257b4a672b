import { listForm } from "../list-form.ts";
import { negatable, option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { uint32 } from "../values/number.ts";
import { all32, index32 } from "../values/spi.ts";
import { defineMatch } from "./define-match.ts";
import { noExtensionHeaders } from "./extension-header.ts";

/** The fragment header of IPv6: libip6t_frag.c. */
export const frag = defineMatch({
  ...noExtensionHeaders,
  name: "frag",
  fields: {
    id: negatable("--fragid", index32, all32),
    length: negatable("--fraglen", uint32),
    reserved: option("--fragres", flag),
    first: option("--fragfirst", flag),
    more: option("--fragmore", flag),
    last: option("--fraglast", flag),
  },
  exclusive: [["more", "last"]],
  list: listForm(/frag/, [
    ["--fragid", /ids?:(?<not>!)?(?<a>[\d:]+)/],
    ["--fraglen", /length:(?<not>!)?(?<a>\d+)/],
    ["--fragres", /reserved/],
    ["--fragfirst", /first/],
    ["--fragmore", /more/],
    ["--fraglast", /last/],
  ]),
});
