import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { number } from "../values/number.ts";
import { word } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

/** Port knocking, of xtables-addons: libxt_pknock.c. */
export const pknock = defineMatch({
  name: "pknock",
  level: "recognised",
  note: words("Whether a host has knocked, no dump shows.", "转储里看不到主机是否完成端口敲门。"),
  fields: {
    name: option("--name", word(31)),
    ports: option("--knockports", word()),
    time: option("--time", number(1, 0xffffffff)),
    autoclose: option("--autoclose", number(1, 0xffffffff)),
    open: option("--opensecret", word()),
    close: option("--closesecret", word()),
    strict: option("--strict", flag),
    check: option("--checkip", flag),
  },
});
