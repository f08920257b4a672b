import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { number } from "../values/number.ts";
import { recognisedTarget } from "./define-target.ts";

/** libxt_SYNPROXY.c. */
export const synproxy = recognisedTarget(
  "SYNPROXY",
  true,
  {
    sack: option("--sack-perm", flag),
    timestamp: option("--timestamp", flag),
    scale: option("--wscale", number(0, 255)),
    mss: option("--mss", number(0, 65535)),
    ecn: option("--ecn", flag),
  },
  words("SYNPROXY answers the SYN in the server's place.", "SYNPROXY 代服务器应答 SYN。"),
  listForm(/SYNPROXY/, [
    ["--sack-perm", /sack-perm/],
    ["--timestamp", /timestamp/],
    ["--wscale", /wscale (?<a>\d+)/],
    ["--mss", /mss (?<a>\d+)/],
    ["--ecn", /ecn/],
  ]),
);
