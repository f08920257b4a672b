import { negatable } from "../values/fields.ts";
import { icmpIs, icmpType, listedType } from "../values/icmp-type.ts";
import { defineMatch } from "./define-match.ts";

/** ip_tables.c icmp_match. */
export const icmp = defineMatch({
  name: "icmp",
  family: 4,
  level: "modelled",
  fields: { type: negatable("--icmp-type", icmpType(4)) },
  needs: [["type"]],
  list: listedType("icmp", "--icmp-type"),
  test: ({ type }, packet) => (packet.proto === "icmp" ? icmpIs(type, packet, true) : "no"),
});
