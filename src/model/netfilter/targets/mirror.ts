import { words } from "../../../base/words.ts";
import { ofFamily, recognisedTarget } from "./define-target.ts";

/** Sends packets back, in 2.4 kernels: libipt_MIRROR.c. */
export const mirror = ofFamily(
  4,
  recognisedTarget("MIRROR", true, {}, words("MIRROR sends the packet back.", "MIRROR 把报文发回。")),
);
