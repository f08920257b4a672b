import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable, option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { all32, index32 } from "../values/spi.ts";
import { defineMatch } from "./define-match.ts";

/** IP payload compression: libxt_ipcomp.c. */
export const ipcomp = defineMatch({
  name: "ipcomp",
  level: "caveat",
  note: words("Of IPComp packets the rule is undecided.", "对 IPComp 报文，该规则无法判定。"),
  fields: { spi: negatable("--ipcompspi", index32, all32), reserved: option("--compres", flag) },
  test: (_value, packet) => (packet.proto === "ipcomp" ? "unknown" : "no"),
  list: listForm(/comp/, [
    ["--ipcompspi", /spis?:(?<not>!)?(?<a>[\d:]+)/],
    ["--compres", /reserved(?: invalid)?/],
  ]),
});
