import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { defineMatch } from "./define-match.ts";

/** Is there a socket for the packet: libxt_socket.c. */
export const socket = defineMatch({
  name: "socket",
  level: "caveat",
  note: words(
    "With --transparent the packet is taken to be no transparent proxy's; without it the rule is undecided.",
    "带 --transparent 时假定报文不属于透明代理；不带时规则无法判定。",
  ),
  fields: {
    transparent: option("--transparent", flag),
    nowildcard: option("--nowildcard", flag),
    restore: option("--restore-skmark", flag),
  },
  test({ transparent }, _packet, context) {
    if (!transparent) return "unknown";
    return context.assume(
      words("No transparent proxy of the node holds the connection.", "本节点没有透明代理持有该连接。"),
      words(
        "Only a proxy (Envoy, Cilium's L7 policy) opens such sockets.",
        "只有代理（Envoy、Cilium 的七层策略）会打开这种 socket。",
      ),
      "ss -lntup; iptables-save -t mangle | grep TPROXY",
      false,
    );
  },
  list: listForm(/socket/, [
    ["--transparent", /--transparent/],
    ["--nowildcard", /--nowildcard/],
    ["--restore-skmark", /--restore-skmark/],
  ]),
});
