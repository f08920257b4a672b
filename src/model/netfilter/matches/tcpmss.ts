import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { numberRange } from "../values/number-range.ts";
import { defineMatch } from "./define-match.ts";

/** The segment size that a SYN announces: libxt_tcpmss.c. */
export const tcpmss = defineMatch({
  name: "tcpmss",
  level: "caveat",
  note: words("Of TCP packets the rule is undecided.", "对 TCP 报文，该规则无法判定。"),
  fields: { mss: negatable("--mss", numberRange(65535)) },
  needs: [["mss"]],
  test: (_value, packet) => (packet.proto === "tcp" ? "unknown" : "no"),
  list: listForm(/tcpmss match/, [["--mss", /(?<not>!)?(?<a>[\d:]+)/]]),
});
