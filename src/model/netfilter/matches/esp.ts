import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { all32, index32 } from "../values/spi.ts";
import { defineMatch } from "./define-match.ts";

/** IPsec encapsulated payload: libxt_esp.c, xt_esp.c esp_mt. */
export const esp = defineMatch({
  name: "esp",
  level: "caveat",
  note: words("Of ESP packets a rule with --espspi is undecided.", "对 ESP 报文，带 --espspi 的规则无法判定。"),
  fields: { spi: negatable("--espspi", index32, all32) },
  test: ({ spi }, packet) => (packet.proto !== "esp" ? "no" : spi ? "unknown" : "yes"),
  list: listForm(/esp/, [["--espspi", /spis?:(?<not>!)?(?<a>[\d:]+)/]]),
});
