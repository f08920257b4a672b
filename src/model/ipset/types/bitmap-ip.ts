import { setType } from "./set-type.ts";

/** IPv4 addresses of one range; with `netmask N` networks. kernel ip_set_bitmap_ip.c. */
export const bitmapIp = setType("bitmap:ip", ["ip"]);
