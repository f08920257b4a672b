import { setType } from "./set-type.ts";

/** One address; with `netmask N` each entry stands for its network. kernel ip_set_hash_ip.c. */
export const hashIp = setType("hash:ip", ["ip"]);
