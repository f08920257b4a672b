import { words } from "../../../base/words.ts";
import { negatable } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { defineMatch } from "./define-match.ts";

/** Scans by their TCP flags, of xtables-addons: libxt_lscan.c. */
export const lscan = defineMatch({
  name: "lscan",
  level: "recognised",
  note: words("Looks at the order in which TCP flags come.", "根据 TCP 标志出现的次序识别扫描。"),
  fields: {
    stealth: negatable("--stealth", flag),
    synscan: negatable("--synscan", flag),
    cnscan: negatable("--cnscan", flag),
    grscan: negatable("--grscan", flag),
    mirai: negatable("--mirai", flag),
  },
});
