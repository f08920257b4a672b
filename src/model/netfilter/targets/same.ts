import { words } from "../../../base/words.ts";
import { addressRange } from "../values/addresses.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { ofFamily, recognisedTarget } from "./define-target.ts";

/** SNAT that gives a client the same address each time, until Linux 2.6.25: libipt_SAME.c. */
export const same = ofFamily(
  4,
  recognisedTarget(
    "SAME",
    true,
    { to: option("--to", addressRange), noDestination: option("--nodst", flag), random: option("--random", flag) },
    words("SAME chooses an address by the client.", "SAME 按客户端选择地址。"),
  ),
);
