import { negatedIf, ternary } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import { type Address, isSymbolic } from "../../net/symbolic.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { oneName } from "../values/names.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineMatch } from "./define-match.ts";

const isUnicast = (dst: Address): boolean =>
  !isSymbolic(dst) && !/^(?:22[4-9]|23\d|255)\./.test(dst) && !/^ff/i.test(dst) && !dst.endsWith(".255");

const names = ["unicast", "broadcast", "multicast", "otherhost"] as const;
const named = oneName(names);
const short: Readonly<Record<string, (typeof names)[number]>> = {
  host: "unicast",
  bcast: "broadcast",
  mcast: "multicast",
};
const packetType: ValueKind<(typeof names)[number]> = {
  ...named,
  read: (args, refuse, family) => short[args[0]?.toLowerCase() ?? ""] ?? named.read(args, refuse, family),
};

/**
 * xt_pkttype.c: the link layer's view. A packet of the node itself counts as unicast, one by lo and a bridged one too
 * (br_netfilter sets PACKET_HOST), and others with a unicast destination as a rule: seen on Linux 6.18.
 */
export const pkttype = defineMatch({
  name: "pkttype",
  level: "caveat",
  note: words(
    "No dump shows how an incoming packet was addressed on its link.",
    "转储里看不到收到的报文在链路层的目标类型。",
  ),
  fields: { type: negatable("--pkt-type", packetType) },
  needs: [["type"]],
  test({ type }, packet, context) {
    if (!type) return "yes";
    const ifUnicast = negatedIf(type.negated, ternary(type.is === "unicast"));
    if (packet.in === null || packet.in === "lo") return ifUnicast;
    if (!isUnicast(packet.dst)) return "unknown";
    return context.assume(
      words("Packets come to this node's own MAC address.", "收到的报文在链路层发往本节点自己的 MAC 地址。"),
      words(
        "The kernel drops others that are to be routed, unless they are sent to all.",
        "要路由的报文若不是发给本机或全体，内核会丢弃。",
      ),
      undefined,
      ifUnicast === "yes",
    );
  },
  list: listForm(/PKTTYPE/, [["--pkt-type", /(?:=|(?<not>!=)) (?<a>\S+)/]]),
});
