import { negatedIf, ternary } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineMatch } from "./define-match.ts";

/** Six hexadecimal bytes; kept and printed in lower case, as 1.8 does. */
const macAddress: ValueKind<string> = {
  words: 1,
  read([text = ""], refuse) {
    const bytes = text.split(":");
    if (bytes.length !== 6 || !bytes.every((byte) => /^[0-9a-fA-F]{1,2}$/.test(byte)))
      return refuse("not-a-mac", words(`“${text}” is not a MAC address.`, `“${text}” 不是 MAC 地址。`));
    return bytes.map((byte) => byte.toLowerCase().padStart(2, "0")).join(":");
  },
  print: (mac) => mac,
};

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
