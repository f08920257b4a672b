import { words } from "../../../base/words.ts";
import { recognisedTarget } from "./define-target.ts";

/** Lets a packet press SysRq keys, of xtables-addons: libxt_SYSRQ.c. */
export const sysrq = recognisedTarget(
  "SYSRQ",
  true,
  {},
  words("SYSRQ obeys the packet and drops it.", "SYSRQ 执行报文中的指令并丢弃它。"),
);
