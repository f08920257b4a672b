import { words } from "../../../base/words.ts";
import { address } from "../values/addresses.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { word } from "../values/text.ts";
import { ofFamily, recognisedTarget } from "./define-target.ts";

/** Another way out, of patch-o-matic: libipt_ROUTE.c. */
export const route = ofFamily(
  4,
  recognisedTarget(
    "ROUTE",
    true,
    {
      out: option("--oif", word(15)),
      in: option("--iif", word(15)),
      gateway: option("--gw", address),
      continue: option("--continue", flag),
      tee: option("--tee", flag),
    },
    words("ROUTE sends the packet another way.", "ROUTE 让报文走另一条路。"),
  ),
);
