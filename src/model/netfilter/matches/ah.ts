import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable, option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { uint32 } from "../values/number.ts";
import { all32, index32 } from "../values/spi.ts";
import { defineMatch } from "./define-match.ts";

/** IPsec authentication header: libipt_ah.c, libip6t_ah.c (which has length and reserved bits, too). */
export const ah = defineMatch({
  name: "ah",
  level: "caveat",
  note: words("Of AH packets the rule is undecided.", "对 AH 报文，该规则无法判定。"),
  fields: {
    spi: negatable("--ahspi", index32, all32),
    length: negatable("--ahlen", uint32),
    reserved: option("--ahres", flag),
  },
  test: (_value, packet) => (packet.proto === "ah" ? "unknown" : "no"),
  list: listForm(/ah/, [
    ["--ahspi", /spis?:(?<not>!)?(?<a>[\d:]+)/],
    ["--ahlen", /length:(?<not>!)?(?<a>\d+)/],
    ["--ahres", /reserved/],
  ]),
});
