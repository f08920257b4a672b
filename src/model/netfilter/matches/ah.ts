import { words } from "../../../base/words.ts";
import { listPattern } from "../list-form.ts";
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
  /** `ah spi:5`, `ah spis:1:2length:!5 reserved`: nothing parts the first two. */
  list: listPattern(
    /ah(?: spis?:(?<notSpi>!)?(?<spi>[\d:]+))?(?: ?length:(?<notLength>!)?(?<length>\d+))?(?<reserved> reserved)?/,
    ({ notSpi, spi, notLength, length, reserved }) => [
      ...(spi === undefined ? [] : [["--ahspi", notSpi !== undefined, spi] as const]),
      ...(length === undefined ? [] : [["--ahlen", notLength !== undefined, length] as const]),
      ...(reserved === undefined ? [] : [["--ahres", false] as const]),
    ],
  ),
});
