import { setType } from "./set-type.ts";

/** `10.0.0.1,0x00000010`: address and mark, the packet's mark under the set's `markmask`. kernel ip_set_hash_ipmark.c. */
export const hashIpMark = setType("hash:ip,mark", ["ip", "mark"]);
