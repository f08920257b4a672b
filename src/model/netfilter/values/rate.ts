import { words } from "../../../base/words.ts";
import type { ValueKind } from "./value-kind.ts";

const units: readonly (readonly [string, string, number])[] = [
  ["day", "day", 86400],
  ["hour", "hour", 3600],
  ["min", "minute", 60],
  ["sec", "second", 1],
];

/**
 * `5/min`, kept as the time between two packets in units of `scale` per second, which is what the kernel has and what
 * decides the printed form: 300/min is written 5/sec. libxt_limit.c parse_rate, print_rate.
 */
export const rate = (scale: number): ValueKind<number> => ({
  words: 1,
  read([text = ""], refuse) {
    const [count = "", unit = "second", more] = text.split("/");
    const seconds = units.find(([, name]) => unit !== "" && name.startsWith(unit.toLowerCase()))?.[2];
    const times = Number(count);
    if (!/^\d+$/.test(count) || times === 0 || seconds === undefined || more !== undefined)
      return refuse("not-a-rate", words(`“${text}” is not a rate.`, `“${text}” 不是速率。`));
    const period = Math.floor((scale * seconds) / times);
    return period > 0 ? period : refuse("value-out-of-range", words(`${text} is too fast.`, `${text} 过快。`));
  },
  print(period) {
    let chosen = units[0];
    for (const unit of units.slice(1)) {
      const span = unit[2] * scale;
      if (period > span || Math.floor(span / period) < span % period) break;
      chosen = unit;
    }
    return chosen ? `${Math.floor((chosen[2] * scale) / period)}/${chosen[0]}` : "";
  },
});
