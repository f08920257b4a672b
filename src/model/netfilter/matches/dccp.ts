import { and } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { nameList } from "../values/names.ts";
import { number } from "../values/number.ts";
import { portRange } from "../values/port.ts";
import { defineMatch } from "./define-match.ts";
import { listedPorts, portIs } from "./tcp.ts";

const types = [
  "REQUEST",
  "RESPONSE",
  "DATA",
  "ACK",
  "DATAACK",
  "CLOSEREQ",
  "CLOSE",
  "RESET",
  "SYNC",
  "SYNCACK",
  "INVALID",
] as const;

/** libxt_dccp.c, xt_dccp.c dccp_mt. Unlike tcp's, a full port range is printed. */
export const dccp = defineMatch({
  name: "dccp",
  level: "caveat",
  note: words(
    "A rule with --dccp-types or --dccp-option is undecided: no dump shows a packet's type.",
    "带 --dccp-types 或 --dccp-option 的规则无法判定：转储里看不到报文类型。",
  ),
  fields: {
    sport: negatable(["--sport", "--source-port"], portRange),
    dport: negatable(["--dport", "--destination-port"], portRange),
    types: negatable("--dccp-types", nameList(types)),
    option: negatable("--dccp-option", number(1, 255)),
  },
  test(value, packet) {
    if (packet.proto !== "dccp") return "no";
    const ports = and(portIs(packet.sport, value.sport), portIs(packet.dport, value.dport));
    return value.types || value.option ? and(ports, "unknown") : ports;
  },
  list: listForm(/dccp/, [
    ...listedPorts,
    [
      "--dccp-types",
      /(?<not>! )?(?<a>\d+(?:,\d+)*|[A-Z]+(?:,[A-Z]+)*)/,
      ({ a = "" }) => [a.replace(/\d+/g, (number) => types[Number(number)] ?? "INVALID")],
    ],
    ["--dccp-option", /option=(?<not>!)?(?<a>\d+)/],
  ]),
});
