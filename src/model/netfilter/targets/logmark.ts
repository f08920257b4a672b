import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { logLevel } from "../values/log-level.ts";
import { quotedText } from "../values/text.ts";
import { inertTarget } from "./define-target.ts";

/** Logs marks and connection, of xtables-addons: libxt_LOGMARK.c. */
export const logmark = inertTarget(
  "LOGMARK",
  { level: option("--log-level", logLevel), prefix: option("--log-prefix", quotedText) },
  words("What it logs is not shown.", "不显示其日志。"),
);
