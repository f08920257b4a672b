import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { number } from "../values/number.ts";
import { word } from "../values/text.ts";
import { recognisedTarget } from "./define-target.ts";

/** Addresses out of a prefix, one for each host, of xtables-addons: libxt_DNETMAP.c. */
export const dnetmap = recognisedTarget(
  "DNETMAP",
  true,
  {
    prefix: option("--prefix", word()),
    reuse: option("--reuse", flag),
    ttl: option("--ttl", number(0, 0x7fffffff)),
    static: option("--static", flag),
    persistent: option("--persistent", flag),
  },
  words("DNETMAP chooses an address for each host.", "DNETMAP 为每台主机选一个地址。"),
);
