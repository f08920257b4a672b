import { setType } from "./set-type.ts";

/** `10.0.0.1,02:42:AC:11:00:02`: flag src means the sender's MAC. kernel ip_set_hash_ipmac.c. */
export const hashIpMac = setType("hash:ip,mac", ["ip", "mac"]);
