import { words } from "../../../base/words.ts";
import { recognisedTarget } from "./define-target.ts";

/** Sends packets back, of xtables-addons: libxt_ECHO.c. */
export const echo = recognisedTarget("ECHO", true, {}, words("ECHO sends the packet back.", "ECHO 把报文发回。"));
