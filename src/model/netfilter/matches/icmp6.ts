import { negatable } from "../values/fields.ts";
import { icmpIs, icmpType, listedType } from "../values/icmp-type.ts";
import { defineMatch } from "./define-match.ts";

/** ip6_tables.c icmp6_match. */
export const icmp6 = defineMatch({
  name: "icmp6",
  family: 6,
  level: "modelled",
  fields: { type: negatable(["--icmpv6-type", "--icmp6-type"], icmpType(6)) },
  needs: [["type"]],
  list: listedType("ipv6-icmp", "--icmpv6-type"),
  test: ({ type }, packet) => (packet.proto === "ipv6-icmp" ? icmpIs(type, packet, false) : "no"),
});
