import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { oneName } from "../values/names.ts";
import { number, uint32 } from "../values/number.ts";
import { defineMatch } from "./define-match.ts";

/** Tunnel and session of L2TP, over UDP or IP protocol 115: libxt_l2tp.c (iptables 1.4.21 and later). */
export const l2tp = defineMatch({
  name: "l2tp",
  level: "caveat",
  note: words("Of UDP and L2TP packets the rule is undecided.", "对 UDP 和 L2TP 报文，该规则无法判定。"),
  fields: {
    tid: option("--tid", uint32),
    sid: option("--sid", uint32),
    version: option("--pversion", number(2, 3)),
    type: option("--type", oneName(["control", "data"])),
  },
  test: (_value, packet) => (packet.proto === "udp" || packet.proto === "l2tp" ? "unknown" : "no"),
});
