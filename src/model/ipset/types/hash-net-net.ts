import { setType } from "./set-type.ts";

/** `10.0.0.0/8,192.168.0.0/16`; the first network's length is tried first. kernel ip_set_hash_netnet.c. */
export const hashNetNet = setType("hash:net,net", ["net", "net"]);
