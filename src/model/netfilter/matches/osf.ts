import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable, option } from "../values/fields.ts";
import { number } from "../values/number.ts";
import { word } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

const two = number(0, 2);

/** The operating system that a SYN looks like: libxt_osf.c. */
export const osf = defineMatch({
  name: "osf",
  family: 4,
  level: "caveat",
  note: words("Of TCP packets with SYN the rule is undecided.", "对带 SYN 的 TCP 报文，该规则无法判定。"),
  fields: { genre: negatable("--genre", word(31)), ttl: option("--ttl", two), log: option("--log", two) },
  needs: [["genre"]],
  test: (_value, packet) => (packet.proto !== "tcp" || !packet.flags.includes("S") ? "no" : "unknown"),
  list: listForm(/OS fingerprint match/, [["--genre", /(?<not>! )?(?<a>\S+)/]], {
    what: words("A listing does not show --ttl and --log of osf.", "列表不显示 osf 的 --ttl 与 --log。"),
    decides: false,
  }),
  shown: ({ ttl: _ttl, log: _log, ...value }) => value,
});
