import { setType } from "./set-type.ts";

/** `10.0.0.0/8,eth0`: flag src means the in interface, dst the out interface. kernel ip_set_hash_netiface.c. */
export const hashNetIface = setType("hash:net,iface", ["net", "iface"]);
