import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { recognisedTarget } from "./define-target.ts";

/** Confuses a scanner, of xtables-addons: libxt_CHAOS.c. */
export const chaos = recognisedTarget(
  "CHAOS",
  true,
  { delude: option("--delude", flag), tarpit: option("--tarpit", flag) },
  words("CHAOS answers at random, or drops.", "CHAOS 随机应答或丢弃。"),
);
