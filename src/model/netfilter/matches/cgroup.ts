import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { uint32 } from "../values/number.ts";
import { freeText } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

/** Control group of the process behind the socket: libxt_cgroup.c. */
export const cgroup = defineMatch({
  name: "cgroup",
  level: "caveat",
  note: words(
    "For the node's own packets and those it takes in the rule is undecided.",
    "对节点自身发出和由它接收的报文，该规则无法判定。",
  ),
  fields: { path: negatable("--path", freeText(4095)), id: negatable("--cgroup", uint32) },
  needs: [["path", "id"]],
  exclusive: [["path", "id"]],
  // xt_cgroup.c: a packet without a socket matches no rule, a negated one neither
  test: (_value, packet, { hook }) =>
    packet.uid === undefined && packet.in !== null && hook !== "INPUT" ? "no" : "unknown",
  list: listForm(/cgroup/, [
    ["--path", /(?<not>! )?(?<a>\/\S*)/],
    ["--cgroup", /(?<not>! )?(?<a>\d+)/],
  ]),
});
