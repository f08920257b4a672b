import { negatedIf } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { uint64 } from "../values/number.ts";
import { defineMatch } from "./define-match.ts";

/** Matches until so many bytes have passed: libxt_quota.c, xt_quota.c quota_mt. */
export const quota = defineMatch({
  name: "quota",
  level: "caveat",
  note: words("The quota is taken not to be used up.", "假定配额尚未用完。"),
  fields: { quota: negatable("--quota", uint64) },
  needs: [["quota"]],
  test({ quota: given }, _packet, context) {
    if (!given) return "unknown";
    if (given.is === "0") return negatedIf(given.negated, "no");
    return context.assume(
      words(`The quota of ${given.is} bytes is not used up.`, `${given.is} 字节的配额尚未用完。`),
      words("No dump shows how much of it is left.", "转储里看不到还剩多少。"),
      undefined,
      !given.negated,
    );
  },
  list: listForm(/quota:/, [["--quota", /(?<a>\d+) bytes/]], {
    what: words("A listing does not show whether the quota is negated.", "列表不显示 quota 是否取反。"),
    decides: true,
  }),
  shown: ({ quota: given }) => (given ? { quota: { ...given, negated: false } } : {}),
});
