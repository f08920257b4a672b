import { setType } from "./set-type.ts";

/** Networks; the most specific one that holds the address decides, `nomatch` included. kernel ip_set_hash_net.c. */
export const hashNet = setType("hash:net", ["net"]);
