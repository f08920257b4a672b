import { setType } from "./set-type.ts";

/** `10.0.0.7,02:42:AC:11:00:02`; an address alone is a member with any MAC. kernel ip_set_bitmap_ipmac.c. */
export const bitmapIpMac = setType("bitmap:ip,mac", ["ip", "mac"]);
