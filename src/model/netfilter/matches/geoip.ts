import { words } from "../../../base/words.ts";
import { negatable } from "../values/fields.ts";
import { word } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

/** Countries of addresses, of xtables-addons: libxt_geoip.c. */
export const geoip = defineMatch({
  name: "geoip",
  level: "recognised",
  note: words("Which country an address belongs to, no dump shows.", "转储里看不到地址属于哪个国家。"),
  fields: {
    source: negatable(["--source-country", "--src-cc"], word()),
    destination: negatable(["--destination-country", "--dst-cc"], word()),
  },
  needs: [["source", "destination"]],
});
