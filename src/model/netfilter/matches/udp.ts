import { and } from "../../../base/ternary.ts";
import { listForm } from "../list-form.ts";
import type { Values } from "../values/fields.ts";
import { defineMatch } from "./define-match.ts";
import { destinationPort, listedPorts, portIs, sourcePort } from "./tcp.ts";

const fields = { sport: sourcePort, dport: destinationPort };
export type Udp = Values<typeof fields>;

/** xt_tcpudp.c udp_mt; registered for UDP-Lite as well. */
export const udp = defineMatch({
  name: "udp",
  level: "modelled",
  fields,
  test: (value, packet) =>
    packet.proto !== "udp" && packet.proto !== "udplite"
      ? "no"
      : and(portIs(packet.sport, value.sport), portIs(packet.dport, value.dport)),
  list: listForm(/udp/, listedPorts),
});
