import { setType } from "./set-type.ts";

/** `10.244.0.5,tcp:80,10.244.0.5`: kube-proxy's KUBE-LOOP-BACK. kernel ip_set_hash_ipportip.c. */
export const hashIpPortIp = setType("hash:ip,port,ip", ["ip", "port", "ip"]);
