import { setType } from "./set-type.ts";

/** `10.0.0.0/8,tcp:80,192.168.0.0/16`. kernel ip_set_hash_netportnet.c. */
export const hashNetPortNet = setType("hash:net,port,net", ["net", "port", "net"]);
