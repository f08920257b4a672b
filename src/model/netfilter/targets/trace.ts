import { words } from "../../../base/words.ts";
import { nothing } from "../list-form.ts";
import { inertTarget } from "./define-target.ts";

/** Makes the kernel say which rules the packet meets: xt_TRACE.c. */
export const trace = inertTarget(
  "TRACE",
  {},
  words("What the trace would print is not shown.", "不显示 TRACE 会打印的内容。"),
  nothing,
);
