import { and } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import { negatable } from "../values/fields.ts";
import { portRange } from "../values/port.ts";
import { keptWords } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";
import { portIs } from "./tcp.ts";

/** xt_sctp.c sctp_mt. Unlike tcp's, a full port range is printed. */
export const sctp = defineMatch({
  name: "sctp",
  level: "caveat",
  note: words(
    "A rule with --chunk-types is undecided: no dump shows a packet's chunks.",
    "带 --chunk-types 的规则无法判定：转储里看不到报文的 chunk。",
  ),
  fields: {
    sport: negatable(["--sport", "--source-port"], portRange),
    dport: negatable(["--dport", "--destination-port"], portRange),
    chunks: negatable("--chunk-types", keptWords(2)),
  },
  test(value, packet) {
    if (packet.proto !== "sctp") return "no";
    const ports = and(portIs(packet.sport, value.sport), portIs(packet.dport, value.dport));
    return value.chunks ? and(ports, "unknown") : ports;
  },
});
