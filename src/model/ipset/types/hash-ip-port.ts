import { setType } from "./set-type.ts";

/** `10.96.0.1,tcp:443`: the packet's protocol must be the entry's. kernel ip_set_hash_ipport.c. */
export const hashIpPort = setType("hash:ip,port", ["ip", "port"]);
