import { words } from "../../../base/words.ts";
import { recognisedTarget } from "./define-target.ts";

/** Shows every port as open, of xtables-addons: libxt_DELUDE.c. */
export const delude = recognisedTarget(
  "DELUDE",
  true,
  {},
  words("DELUDE answers the SYN in the server's place.", "DELUDE 代服务器应答 SYN。"),
);
