import { words } from "../../../base/words.ts";
import { inertTarget } from "./define-target.ts";

/** Counts flows (ipt_NETFLOW). */
export const netflow = inertTarget("NETFLOW", {}, words("What it exports is not shown.", "不显示其导出内容。"));
