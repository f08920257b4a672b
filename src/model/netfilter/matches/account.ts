import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { word } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

/** Accounting by net (ipt_account), also as a rule's only condition. */
export const account = defineMatch({
  name: "account",
  level: "recognised",
  note: words("Counts traffic of a net; it matches every packet of it.", "统计某网段的流量，匹配该网段的所有报文。"),
  fields: { net: option("--aaddr", word()), name: option("--aname", word(64)), short: option("--ashort", flag) },
});
