import { words } from "../../../base/words.ts";
import { numberWithin } from "./number.ts";
import type { ValueKind } from "./value-kind.ts";

/** Lowest and highest, inclusive. */
export type NumberRange = readonly [number, number];

/**
 * `5`, `5:9`, `:9`, `5:`. `separator` is what stands between (`-` for owner); one number is printed alone.
 * iptables: xtables_opts XTTYPE_UINT32RC.
 */
export const numberRange = (high: number, separator: ":" | "-" = ":"): ValueKind<NumberRange> => ({
  words: 1,
  read([text = ""], refuse) {
    const middle = text.indexOf(separator);
    if (middle === -1) {
      const single = numberWithin(text, 0, high, refuse);
      return single === undefined ? undefined : [single, single];
    }
    const from = text.slice(0, middle);
    const to = text.slice(middle + 1);
    const low = from === "" ? 0 : numberWithin(from, 0, high, refuse);
    const top = to === "" ? high : numberWithin(to, 0, high, refuse);
    if (low === undefined || top === undefined) return undefined;
    if (low > top) return refuse("range-reversed", words(`${text} runs backwards.`, `${text} 的范围前后颠倒。`));
    return [low, top];
  },
  print: ([low, top]) => (low === top ? String(low) : `${low}${separator}${top}`),
});

export const inRange = (value: number, [low, top]: NumberRange): boolean => value >= low && value <= top;
