import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { recognisedTarget } from "./define-target.ts";

/** Holds connections without memory, of xtables-addons: libxt_TARPIT.c. */
export const tarpit = recognisedTarget(
  "TARPIT",
  true,
  { tarpit: option("--tarpit", flag), honeypot: option("--honeypot", flag), reset: option("--reset", flag) },
  words("TARPIT answers and never lets go.", "TARPIT 应答后一直拖住连接。"),
);
