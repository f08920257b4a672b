import { setType } from "./set-type.ts";

/** `10.0.0.0/8,tcp:81`. kernel ip_set_hash_netport.c. */
export const hashNetPort = setType("hash:net,port", ["net", "port"]);
