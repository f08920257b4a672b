import { ternary } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { freeText } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

/** The conntrack helper that expected the connection: libxt_helper.c. An empty name stands for any. */
export const helper = defineMatch({
  name: "helper",
  level: "caveat",
  note: words(
    "Of connections that a helper expected the rule is undecided.",
    "对由 helper 预期的连接，该规则无法判定。",
  ),
  fields: { helper: negatable("--helper", freeText(29)) },
  needs: [["helper"]],
  // xt_helper.c: a connection that nobody expected matches exactly when the option is negated
  test: ({ helper: asked }, _packet, { connection }) =>
    connection?.expected ? "unknown" : ternary(asked?.negated === true),
  list: listForm(/helper match/, [["--helper", /(?<not>! )?"(?<a>[^"]*)"/]]),
});
