import { words } from "../../../base/words.ts";
import { negatable, option } from "../values/fields.ts";
import { word } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

/** Protocols by payload: the l7-filter patch. */
export const layer7 = defineMatch({
  name: "layer7",
  level: "recognised",
  note: words("Looks for a protocol in the payload.", "在载荷中识别协议。"),
  fields: { folder: option("--l7dir", word()), protocol: negatable("--l7proto", word()) },
  needs: [["protocol"]],
});
