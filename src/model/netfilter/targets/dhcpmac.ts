import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { macAddress } from "../values/mac-address.ts";
import { inertTarget } from "./define-target.ts";

/** The MAC address in DHCP messages, of xtables-addons: libxt_DHCPMAC.c. */
export const dhcpmac = inertTarget(
  "DHCPMAC",
  { mac: option("--set-mac", macAddress) },
  words("Only DHCP messages are changed.", "只修改 DHCP 消息。"),
);
