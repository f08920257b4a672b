import { option } from "../values/fields.ts";
import { word } from "../values/text.ts";
import { inertTarget } from "./define-target.ts";

/** The packet's security context: libxt_SECMARK.c. */
export const secmark = inertTarget("SECMARK", { context: option("--selctx", word(255)) });
