import { and } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { portRange } from "../values/port.ts";
import { sctpChunks } from "../values/sctp-chunks.ts";
import { defineMatch } from "./define-match.ts";
import { listedPorts, portIs } from "./tcp.ts";

/** Names of chunk types, which -n shows as numbers: libxt_sctp.c sctp_chunk_names. */
const chunkNames: ReadonlyMap<number, string> = new Map([
  [0, "DATA"],
  [1, "INIT"],
  [2, "INIT_ACK"],
  [3, "SACK"],
  [4, "HEARTBEAT"],
  [5, "HEARTBEAT_ACK"],
  [6, "ABORT"],
  [7, "SHUTDOWN"],
  [8, "SHUTDOWN_ACK"],
  [9, "ERROR"],
  [10, "COOKIE_ECHO"],
  [11, "COOKIE_ACK"],
  [12, "ECN_ECNE"],
  [13, "ECN_CWR"],
  [14, "SHUTDOWN_COMPLETE"],
  [64, "I_DATA"],
  [128, "ASCONF_ACK"],
  [130, "RE_CONFIG"],
  [132, "PAD"],
  [192, "FORWARD_TSN"],
  [193, "ASCONF"],
  [194, "I_FORWARD_TSN"],
]);

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
    chunks: negatable("--chunk-types", sctpChunks),
  },
  test(value, packet) {
    if (packet.proto !== "sctp") return "no";
    const ports = and(portIs(packet.sport, value.sport), portIs(packet.dport, value.dport));
    return value.chunks ? and(ports, "unknown") : ports;
  },
  list: listForm(/sctp/, [
    ...listedPorts,
    [
      "--chunk-types",
      /(?<not>! )?(?<a>any|all|only) (?<b>\S+)/,
      ({ a = "", b = "" }) => [a, b.replace(/0x[\dA-F]{4}/gi, (number) => chunkNames.get(Number(number)) ?? number)],
    ],
  ]),
});
