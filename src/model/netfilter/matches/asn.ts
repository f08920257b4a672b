import { words } from "../../../base/words.ts";
import { negatable } from "../values/fields.ts";
import { word } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

/** Networks by their number, of xtables-addons: libxt_asn.c. */
export const asn = defineMatch({
  name: "asn",
  level: "recognised",
  note: words("Which network an address belongs to, no dump shows.", "转储里看不到地址属于哪个自治系统。"),
  fields: {
    source: negatable(["--source-number", "--src-asn"], word()),
    destination: negatable(["--destination-number", "--dst-asn"], word()),
  },
  needs: [["source", "destination"]],
});
