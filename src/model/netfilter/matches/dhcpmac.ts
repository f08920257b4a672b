import { words } from "../../../base/words.ts";
import { negatable } from "../values/fields.ts";
import { macAddress } from "../values/mac-address.ts";
import { defineMatch } from "./define-match.ts";

/** The MAC address in DHCP messages, of xtables-addons: libxt_dhcpmac.c. */
export const dhcpmac = defineMatch({
  name: "dhcpmac",
  level: "recognised",
  note: words("Compares the MAC address in a DHCP message.", "比较 DHCP 消息中的 MAC 地址。"),
  fields: { mac: negatable("--mac", macAddress) },
  needs: [["mac"]],
});
