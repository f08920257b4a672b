import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { freeText } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

/** The conntrack helper that expected the connection: libxt_helper.c. An empty name stands for any. */
export const helper = defineMatch({
  name: "helper",
  level: "recognised",
  note: words("Which helper expected a connection, no dump shows.", "转储里看不到连接由哪个 helper 预期。"),
  fields: { helper: negatable("--helper", freeText(29)) },
  needs: [["helper"]],
  list: listForm(/helper match/, [["--helper", /(?<not>! )?"(?<a>[^"]*)"/]]),
});
