import { setType } from "./set-type.ts";

/** `1.2.3.4,tcp:80,10.0.0.0/8`. kernel ip_set_hash_ipportnet.c. */
export const hashIpPortNet = setType("hash:ip,port,net", ["ip", "port", "net"]);
