import { and, negatedIf, type Ternary, ternary } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import { type Port, portIn } from "../../net/symbolic.ts";
import { type ListPart, listForm } from "../list-form.ts";
import type { Negatable } from "../rule.ts";
import { negatable, type Values } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { number } from "../values/number.ts";
import type { NumberRange } from "../values/number-range.ts";
import { allPorts, portNumbers, portRange } from "../values/port.ts";
import { type TcpFlags, tcpFlagBits, tcpFlags } from "../values/tcp-flags.ts";
import { defineMatch } from "./define-match.ts";

/** Until 1.8.10 iptables-save leaves out a negated full range too, so a rule that never matches reads as one that does. */
export const sourcePort = negatable(
  ["--sport", "--source-port"],
  portRange,
  (range, negated) => allPorts(range) && !negated,
);
export const destinationPort = negatable(
  ["--dport", "--destination-port"],
  portRange,
  (range, negated) => allPorts(range) && !negated,
);

const fields = {
  sport: sourcePort,
  dport: destinationPort,
  option: negatable("--tcp-option", number(1, 255)),
  flags: negatable("--tcp-flags", tcpFlags),
  /** Printed as `--tcp-flags FIN,SYN,RST,ACK SYN`: read into `flags`. */
  syn: negatable("--syn", flag),
};
export type Tcp = Values<typeof fields>;

const syn: TcpFlags = { mask: 0x17, set: 0x02 };

/** `spts:1024:65535 dpt:!80`, in numbers or names. */
export const listedPorts: readonly ListPart[] = [
  ["--sport", /spts?:(?<not>!)?(?<a>\S+)/, ({ a = "" }) => [portNumbers(a)]],
  ["--dport", /dpts?:(?<not>!)?(?<a>\S+)/, ({ a = "" }) => [portNumbers(a)]],
];

/** `0x17` of -n; names otherwise. */
const flagNames = (text: string): string =>
  /^0x/.test(text) ? tcpFlags.print({ mask: Number(text), set: 0 }).replace(/ .*/, "") : text;

/** Ports as `-m tcp` and `-m udp` compare them. */
export const portIs = (port: Port, wanted: Negatable<NumberRange> | undefined): Ternary =>
  wanted ? negatedIf(wanted.negated, portIn(port, wanted.is[0], wanted.is[1])) : "yes";

export const tcp = defineMatch({
  name: "tcp",
  level: "caveat",
  note: words(
    "A rule with --tcp-option is undecided: no dump shows a packet's TCP options.",
    "带 --tcp-option 的规则无法判定：转储里看不到报文的 TCP 选项。",
  ),
  fields,
  exclusive: [["flags", "syn"]],
  complete({ syn: short, ...value }) {
    return short ? { ...value, flags: { negated: short.negated, is: syn } } : value;
  },
  /** xt_tcpudp.c tcp_mt. */
  test(value, packet) {
    if (packet.proto !== "tcp") return "no";
    let result = and(portIs(packet.sport, value.sport), portIs(packet.dport, value.dport));
    if (value.flags) {
      const { mask, set } = value.flags.is;
      result = and(result, negatedIf(value.flags.negated, ternary((tcpFlagBits(packet.flags) & mask) === set)));
    }
    return value.option ? and(result, "unknown") : result;
  },
  list: listForm(/tcp/, [
    ...listedPorts,
    ["--tcp-option", /option=(?<not>!)?(?<a>\d+)/],
    ["--tcp-flags", /flags:(?<not>!)?(?<a>[^\s/]+)\/(?<b>\S+)/, ({ a = "", b = "" }) => [flagNames(a), flagNames(b)]],
  ]),
});
