import { negatedIf, ternary } from "../../../base/ternary.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { hasMasked, mark as markValue } from "../values/masked.ts";
import { trackedConnection } from "./connection.ts";
import { defineMatch } from "./define-match.ts";

/** xt_connmark.c connmark_mt: without a connection it never matches, negated or not. */
export const connmark = defineMatch({
  name: "connmark",
  level: "modelled",
  fields: { mark: negatable("--mark", markValue) },
  needs: [["mark"]],
  test({ mark }, _packet, context) {
    const connection = trackedConnection(context);
    if (!connection || !mark) return "no";
    return negatedIf(mark.negated, ternary(hasMasked(connection.mark, mark.is)));
  },
  list: listForm(/(?:connmark|CONNMARK) match/, [["--mark", /(?<not>! ?)?(?<a>\S+)/]]),
});
