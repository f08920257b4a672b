import { and, negatedIf, type Ternary, ternary } from "../../../base/ternary.ts";
import type { Packet } from "../../net/packet.ts";
import { type Interface, interfaceIs, isSymbolic } from "../../net/symbolic.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { interfaceName } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

/**
 * null: the packet did not pass a bridge port there. A packet without in interface is the node's own and has none;
 * otherwise a port that nobody set is not known.
 */
function portOf(packet: Packet, port: Interface | undefined): Interface | undefined {
  if (port !== undefined) return port;
  return packet.in === null ? null : undefined;
}
const isPort = (port: Interface | undefined): Ternary => (port === undefined ? "unknown" : ternary(port !== null));
const named = (port: Interface | undefined, pattern: string): Ternary =>
  port === undefined
    ? "unknown"
    : port === null
      ? "no"
      : isSymbolic(port) && pattern === "+"
        ? "yes"
        : interfaceIs(port, pattern);

/**
 * xt_physdev.c physdev_mt: bridge ports of a bridged packet. Without any port the answer is yes exactly when all options
 * are negated. With ports, `--physdev-in` of a packet without in port holds whatever it says, `--physdev-out` never does.
 */
export const physdev = defineMatch({
  name: "physdev",
  level: "modelled",
  fields: {
    isIn: negatable("--physdev-is-in", flag),
    in: negatable("--physdev-in", interfaceName),
    isOut: negatable("--physdev-is-out", flag),
    out: negatable("--physdev-out", interfaceName),
    isBridged: negatable("--physdev-is-bridged", flag),
  },
  needs: [["in", "isIn", "out", "isOut", "isBridged"]],
  test(value, packet) {
    const inPort = portOf(packet, packet.physin);
    const outPort = portOf(packet, packet.physout);
    if (inPort === null && outPort === null)
      return ternary(
        [value.in, value.isIn, value.out, value.isOut, value.isBridged].every((given) => !given || given.negated),
      );
    let result: Ternary = "yes";
    const require = (given: { readonly negated: boolean } | undefined, fact: Ternary): void => {
      if (given) result = and(result, negatedIf(given.negated, fact));
    };
    require(value.isBridged, isPort(outPort));
    require(value.isIn, isPort(inPort));
    require(value.isOut, isPort(outPort));
    if (value.in && inPort !== null) require(value.in, named(inPort, value.in.is));
    if (value.out) {
      if (outPort === null) return "no";
      require(value.out, named(outPort, value.out.is));
    }
    return result;
  },
  list: listForm(/PHYSDEV match/, [
    ["--physdev-is-in", /(?<not>! )?--physdev-is-in/],
    ["--physdev-in", /(?<not>! )?--physdev-in (?<a>\S+)/],
    ["--physdev-is-out", /(?<not>! )?--physdev-is-out/],
    ["--physdev-out", /(?<not>! )?--physdev-out (?<a>\S+)/],
    ["--physdev-is-bridged", /(?<not>! )?--physdev-is-bridged/],
  ]),
});
