import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { word } from "../values/text.ts";
import { recognisedTarget } from "./define-target.ts";

/** A new destination without conntrack, of xtables-addons 1: libxt_RAWDNAT.c. */
export const rawdnat = recognisedTarget(
  "RAWDNAT",
  false,
  { to: option("--to-destination", word()) },
  words("RAWDNAT changes the destination without a connection.", "RAWDNAT 不经连接跟踪改写目的地址。"),
);
