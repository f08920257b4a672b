import { ternary } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { number } from "../values/number.ts";
import { rate } from "../values/rate.ts";
import { defineMatch } from "./define-match.ts";

const perSecond = 10000;
const averageRate = rate(perSecond);
const usualBurst = 5;
/** 3/hour. */
const usualPeriod = 1200 * perSecond;

/** xt_limit.c limit_mt: how full the bucket is, no dump tells. */
export const limit = defineMatch({
  name: "limit",
  level: "caveat",
  note: words("The bucket is taken to have credit.", "假定令牌桶尚有余额。"),
  fields: {
    limit: option("--limit", averageRate),
    burst: option("--limit-burst", number(1, 10000), (burst) => burst === usualBurst),
  },
  complete: (value) => ({ ...value, limit: value.limit ?? { negated: false, is: usualPeriod } }),
  test({ limit: average, burst }, _packet, context) {
    const before = context.timesReached();
    if (before !== undefined) return ternary(before < (burst?.is ?? usualBurst));
    const pace = averageRate.print(average?.is ?? usualPeriod);
    return context.assume(
      words(`The limit of ${pace} is not reached.`, `未达到 ${pace} 的限速。`),
      words("A single packet seldom meets an empty bucket.", "单个报文很少碰到令牌桶为空。"),
      undefined,
      true,
    );
  },
  list: listForm(/limit:(?= avg )/, [
    ["--limit", /avg (?<a>\S+)/],
    ["--limit-burst", /burst (?<a>\d+)/],
  ]),
});
