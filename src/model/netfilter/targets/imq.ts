import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { number } from "../values/number.ts";
import { inertTarget } from "./define-target.ts";

/** A queueing device (the IMQ patch). */
export const imq = inertTarget(
  "IMQ",
  { device: option("--todev", number(0, 255)) },
  words("The queueing device is not followed.", "不跟踪该排队设备。"),
);
