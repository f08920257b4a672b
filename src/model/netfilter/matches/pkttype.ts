import { negatedIf, ternary } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { oneName } from "../values/names.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineMatch } from "./define-match.ts";

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

/** xt_pkttype.c: the link layer's view; a packet of the node itself counts as unicast. */
export const pkttype = defineMatch({
  name: "pkttype",
  level: "caveat",
  note: words(
    "No dump shows how an incoming packet was addressed on its link.",
    "转储里看不到收到的报文在链路层的目标类型。",
  ),
  fields: { type: negatable("--pkt-type", packetType) },
  needs: [["type"]],
  test: ({ type }, packet) =>
    !type ? "yes" : packet.in === null ? negatedIf(type.negated, ternary(type.is === "unicast")) : "unknown",
  list: listForm(/PKTTYPE/, [["--pkt-type", /(?:=|(?<not>!=)) (?<a>\S+)/]]),
});
