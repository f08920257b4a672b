import { and, negatedIf, type Ternary, ternary } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import type { Family } from "../../net/ip.ts";
import type { Packet } from "../../net/packet.ts";
import { protocolName, protocolNumber } from "../../net/protocol.ts";
import { addressIn, type Port, portIn } from "../../net/symbolic.ts";
import { type ListPart, listForm } from "../list-form.ts";
import type { Negatable } from "../rule.ts";
import { hostOrPrefix } from "../values/addresses.ts";
import { negatable, option, type Values } from "../values/fields.ts";
import { nameList, oneName } from "../values/names.ts";
import { type NumberRange, numberRange } from "../values/number-range.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { stateOf, trackedConnection } from "./connection.ts";
import { defineMatch } from "./define-match.ts";
import type { ConnectionView } from "./match.ts";

/** Kept as the name; printed as the number, as conntrack_dump does. */
const protocol: ValueKind<string> = {
  words: 1,
  read: ([text = ""], refuse) =>
    protocolName(text) ?? refuse("unknown-value", words(`“${text}” is not a protocol.`, `“${text}” 不是协议。`)),
  print: (name) => String(protocolNumber(name) ?? name),
};

const statuses = ["EXPECTED", "SEEN_REPLY", "ASSURED", "CONFIRMED"] as const;
type Status = (typeof statuses)[number];

/** `NONE` is the empty list. */
const statusList: ValueKind<readonly Status[]> = {
  ...nameList(statuses),
  read: (args, refuse, family) =>
    args[0]?.toUpperCase() === "NONE" ? [] : nameList(statuses).read(args, refuse, family),
  print: (names) => names.join(",") || "NONE",
};

/** In the order of libxt_conntrack.c conntrack_dump. */
const fields = {
  state: negatable("--ctstate", nameList(["INVALID", "NEW", "RELATED", "ESTABLISHED", "UNTRACKED", "SNAT", "DNAT"])),
  proto: negatable("--ctproto", protocol),
  origsrc: negatable("--ctorigsrc", hostOrPrefix),
  origdst: negatable("--ctorigdst", hostOrPrefix),
  replsrc: negatable("--ctreplsrc", hostOrPrefix),
  repldst: negatable("--ctrepldst", hostOrPrefix),
  origsport: negatable("--ctorigsrcport", numberRange(65535)),
  origdport: negatable("--ctorigdstport", numberRange(65535)),
  replsport: negatable("--ctreplsrcport", numberRange(65535)),
  repldport: negatable("--ctrepldstport", numberRange(65535)),
  status: negatable("--ctstatus", statusList),
  expires: negatable("--ctexpire", numberRange(0xffffffff)),
  direction: option("--ctdir", oneName(["ORIGINAL", "REPLY"])),
};
export type Conntrack = Values<typeof fields>;

function hasStatus(connection: ConnectionView, status: Status): boolean {
  switch (status) {
    case "EXPECTED":
      return connection.expected;
    case "SEEN_REPLY":
      return connection.seenReply;
    case "ASSURED":
      return connection.assured;
    case "CONFIRMED":
      return connection.confirmed;
  }
}

/** conntrack's port of a tuple; ICMP has the id as source port, which no dump shows, and type and code as destination. */
function portIs(
  wanted: Negatable<NumberRange> | undefined,
  port: Port,
  proto: string,
  icmp: Port | undefined,
): Ternary {
  if (!wanted) return "yes";
  const isIcmp = proto === "icmp" || proto === "ipv6-icmp";
  const actual = isIcmp ? icmp : port;
  return actual === undefined ? "unknown" : negatedIf(wanted.negated, portIn(actual, wanted.is[0], wanted.is[1]));
}

/** Types that ask and answer, of both families (nf_conntrack_proto_icmp.c invmap). */
const answers: readonly (readonly [number, number])[] = [
  [8, 0],
  [13, 14],
  [15, 16],
  [17, 18],
  [128, 129],
  [139, 140],
];
const answerTo = (type: number): number | undefined =>
  answers.find(([ask]) => ask === type)?.[1] ?? answers.find(([, answer]) => answer === type)?.[0];

/** ICMP's destination port in one of the connection's tuples: type × 256 + code. */
function icmpPort(packet: Packet, connection: ConnectionView, tuple: ConnectionView["direction"]): number | undefined {
  if (packet.icmpType === undefined || connection.state === "RELATED") return undefined;
  const type = connection.direction === tuple ? packet.icmpType : answerTo(packet.icmpType);
  return type === undefined ? undefined : type * 256 + (packet.icmpCode ?? 0);
}

/** Without -n the whole range has a name. */
const unnamed = (text: string, family: Family): string =>
  text === "anywhere" ? (family === 4 ? "0.0.0.0/0" : "::/0") : text;

/** In the order of libxt_conntrack.c matchinfo_print. Two such matches in a row read as one where this order fits them. */
const listedOrder = [
  "ctstate",
  "ctproto",
  "ctorigsrc",
  "ctorigdst",
  "ctreplsrc",
  "ctrepldst",
  "ctorigsrcport",
  "ctorigdstport",
  "ctreplsrcport",
  "ctrepldstport",
  "ctstatus",
  "ctexpire",
  "ctdir",
];

/**
 * xt_conntrack.c conntrack_mt (revision 3). Its oddity: a packet without connection that passes --ctstate matches,
 * whatever the other options say; without --ctstate it never matches.
 */
export const conntrack = defineMatch({
  name: "conntrack",
  level: "caveat",
  note: words("A rule with --ctexpire is undecided.", "带 --ctexpire 的规则无法判定。"),
  fields,
  test(value, packet, context) {
    const connection = trackedConnection(context);
    if (value.state) {
      const { is: states } = value.state;
      const hit =
        states.includes(stateOf(context)) ||
        (connection?.snat === true && states.includes("SNAT")) ||
        (connection?.dnat === true && states.includes("DNAT"));
      if (hit === value.state.negated) return "no";
    }
    if (!connection) return ternary(value.state !== undefined);
    const { original, reply } = connection;
    let result: Ternary = ternary(!value.direction || value.direction.is.toLowerCase() === connection.direction);
    for (const [wanted, address] of [
      [value.origsrc, original.src],
      [value.origdst, original.dst],
      [value.replsrc, reply.src],
      [value.repldst, reply.dst],
    ] as const)
      if (wanted) result = and(result, negatedIf(wanted.negated, addressIn(address, wanted.is)));
    if (value.proto) result = and(result, negatedIf(value.proto.negated, ternary(value.proto.is === original.proto)));
    result = and(result, portIs(value.origsport, original.sport, original.proto, undefined));
    result = and(
      result,
      portIs(value.origdport, original.dport, original.proto, icmpPort(packet, connection, "original")),
    );
    result = and(result, portIs(value.replsport, reply.sport, original.proto, undefined));
    result = and(result, portIs(value.repldport, reply.dport, original.proto, icmpPort(packet, connection, "reply")));
    if (value.status)
      result = and(
        result,
        negatedIf(value.status.negated, ternary(value.status.is.some((s) => hasStatus(connection, s)))),
      );
    return value.expires ? and(result, "unknown") : result;
  },
  list: listForm(
    null,
    listedOrder.map(
      (name): ListPart => [
        `--${name}`,
        new RegExp(`(?<not>! )?${name} (?<a>\\S+)`),
        ({ a = "" }, family) => [unnamed(a, family)],
      ],
    ),
  ),
});
