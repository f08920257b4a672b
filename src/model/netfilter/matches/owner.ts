import { and, negatedIf, type Ternary, ternary } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import type { Packet } from "../../net/packet.ts";
import { listForm } from "../list-form.ts";
import type { Negatable } from "../rule.ts";
import { negatable, type Values } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { inRange, type NumberRange, numberRange } from "../values/number-range.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineMatch } from "./define-match.ts";
import type { MatchContext } from "./match.ts";

/** A user or group, or a range of them; or a name, which no dump turns into a number but root's. */
type Owner = NumberRange | string;
const numbers = numberRange(0xfffffffe, "-");
const ids: ValueKind<Owner> = {
  words: 1,
  read(args, refuse, family) {
    const [text = ""] = args;
    if (text === "root") return [0, 0];
    return /^[A-Za-z_]/.test(text) ? text : numbers.read(args, refuse, family);
  },
  print: (value) => (typeof value === "string" ? value : numbers.print(value)),
};

const fields = {
  socket: negatable("--socket-exists", flag),
  uid: negatable("--uid-owner", ids),
  gid: negatable("--gid-owner", ids),
  supplementary: negatable("--suppl-groups", flag),
};

/** Packets with a socket are the node's own: they have a user, or at least no in interface on their way out. */
function hasSocket(packet: Packet, context: MatchContext): Ternary {
  if (packet.uid !== undefined || packet.gid !== undefined) return "yes";
  return packet.in === null && (context.hook === "OUTPUT" || context.hook === "POSTROUTING") ? "unknown" : "no";
}

function idIs(wanted: Negatable<Owner> | undefined, id: number | undefined): Ternary {
  if (!wanted) return "yes";
  if (id === undefined || typeof wanted.is === "string") return "unknown";
  return negatedIf(wanted.negated, ternary(inRange(id, wanted.is)));
}

/** Of a packet without socket (xt_owner.c): the rule matches exactly when every option of it is negated. */
const withoutSocket = (value: Values<typeof fields>): Ternary =>
  ternary(Object.values(value).every((given) => given.negated));

const rootIs0 = ({ a = "" }: Readonly<Record<string, string | undefined>>): readonly string[] => [
  a === "root" ? "0" : a,
];
const listed = listForm(null, [
  ["--socket-exists", /(?<not>! )?owner socket exists/],
  ["--uid-owner", /(?<not>! )?owner UID match (?<a>\S+)/, rootIs0],
  ["--gid-owner", /(?<not>! )?owner GID match (?<a>\S+)/, rootIs0],
  ["--suppl-groups", /incl\. suppl\. groups/],
]);
const named = {
  what: words(
    "The listing names a user or group instead of its number, which the node's /etc/passwd would tell.",
    "列表写的是用户名或组名而不是编号，编号要看该节点的 /etc/passwd。",
  ),
  decides: true,
};

/** xt_owner.c owner_mt: user and group of the process that sends. */
export const owner = defineMatch({
  name: "owner",
  level: "caveat",
  note: words(
    "A rule with --suppl-groups is undecided for the node's own packets.",
    "带 --suppl-groups 的规则对节点自身的报文无法判定。",
  ),
  fields,
  needs: [["uid", "gid", "socket"]],
  test(value, packet, context) {
    const socket = hasSocket(packet, context);
    if (socket === "no") return withoutSocket(value);
    if (socket === "unknown") return "unknown";
    if (value.socket?.negated) return "no";
    const users = and(idIs(value.uid, packet.uid), idIs(value.gid, packet.gid));
    return value.supplementary && value.gid ? and(users, "unknown") : users;
  },
  list: (text, from, family) =>
    listed(text, from, family).map((found) =>
      found.options.some(({ args }) => /^[A-Za-z_]/.test(args[0] ?? "")) ? { ...found, hides: named } : found,
    ),
});
