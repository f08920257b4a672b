import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { word } from "../values/text.ts";
import { recognisedTarget } from "./define-target.ts";

/** A new source without conntrack, of xtables-addons 1: libxt_RAWSNAT.c. */
export const rawsnat = recognisedTarget(
  "RAWSNAT",
  false,
  { to: option("--to-source", word()) },
  words("RAWSNAT changes the source without a connection.", "RAWSNAT 不经连接跟踪改写源地址。"),
);
