import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable, option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { quotedText } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

/** A label of the connection, by name or number: libxt_connlabel.c. */
export const connlabel = defineMatch({
  name: "connlabel",
  level: "recognised",
  note: words("Which labels a connection bears, no dump shows.", "转储里看不到连接带有哪些标签。"),
  fields: { label: negatable("--label", quotedText), set: option("--set", flag) },
  needs: [["label"]],
  list: listForm(/connlabel/, [
    ["--label", /(?<not>! )?(?:"(?<a>[^"]*)"|(?<b>\S+))/],
    ["--set", /set/],
  ]),
});
