import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { oneName } from "../values/names.ts";
import { hexNumber, number } from "../values/number.ts";
import { recognisedTarget } from "./define-target.ts";

/** A mark made from an address, of xtables-addons: libxt_IPMARK.c. */
export const ipmark = recognisedTarget(
  "IPMARK",
  false,
  {
    address: option("--addr", oneName(["src", "dst"])),
    shift: option("--shift", number(0, 128)),
    and: option("--and-mask", hexNumber(0xffffffff)),
    or: option("--or-mask", hexNumber(0xffffffff)),
  },
  words("IPMARK makes the mark from an address.", "IPMARK 由地址生成标记。"),
);
