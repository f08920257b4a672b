import { negatedIf, ternary } from "../../../base/ternary.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { macAddress } from "../values/mac-address.ts";
import { defineMatch } from "./define-match.ts";

/** xt_mac.c mac_mt: a packet that came in by no Ethernet device never matches, negated or not. */
export const mac = defineMatch({
  name: "mac",
  level: "modelled",
  fields: { source: negatable("--mac-source", macAddress) },
  needs: [["source"]],
  test({ source }, packet) {
    if (!source) return "yes";
    if (packet.in === null || packet.in === "lo") return "no";
    if (packet.sourceMac === undefined) return "unknown";
    return negatedIf(source.negated, ternary(packet.sourceMac.toLowerCase() === source.is));
  },
  list: listForm(/MAC/, [["--mac-source", /(?<not>! ?)?(?<a>[\da-fA-F:]{17})/]]),
});
