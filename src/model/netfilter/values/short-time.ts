import { words } from "../../../base/words.ts";
import type { ValueKind } from "./value-kind.ts";

const units: readonly (readonly [string, number])[] = [
  ["s", 1_000_000],
  ["ms", 1000],
  ["us", 1],
];

/** `250ms`, `0.5s`, kept in microseconds; printed with one decimal in the largest unit: `500.0ms`. libxt_RATEEST.c. */
export const shortTime: ValueKind<number> = {
  words: 1,
  read([text = ""], refuse) {
    const parts = /^(\d+(?:\.\d+)?)(?:(m|u)?s(?:ecs?)?)?$/.exec(text);
    if (!parts) return refuse("not-a-number", words(`“${text}” is no time.`, `“${text}” 不是时长。`));
    const unit = /s/.test(text) ? (parts[2] === "m" ? 1000 : parts[2] === "u" ? 1 : 1_000_000) : 1;
    return Math.round(Number(parts[1]) * unit);
  },
  print(time) {
    const [name, size] = units.find(([, unit]) => time >= unit) ?? (["us", 1] as const);
    return `${(time / size).toFixed(1)}${name}`;
  },
};
