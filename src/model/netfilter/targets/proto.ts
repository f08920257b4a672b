import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { number } from "../values/number.ts";
import { recognisedTarget } from "./define-target.ts";

/** Changes the protocol number, of xtables-addons: libxt_PROTO.c. */
export const proto = recognisedTarget(
  "PROTO",
  false,
  {
    proto: option("--proto-set", number(0, 255)),
    fragment: option("--stop-at-frag", flag),
    auth: option("--stop-at-auth", flag),
  },
  words("PROTO changes the packet's protocol.", "PROTO 修改报文的协议号。"),
);
