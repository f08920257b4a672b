import type { SetType } from "./set-type.ts";

/** `02:42:AC:11:00:02`; packets of either family. kernel ip_set_hash_mac.c. */
export const hashMac: SetType = { name: "hash:mac", dimensions: ["mac"], familied: false };
