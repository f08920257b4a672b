import { words } from "../../../base/words.ts";
import type { ValueKind } from "./value-kind.ts";

const prefixes: readonly (readonly [string, number])[] = [
  ["", 1],
  ["k", 1000],
  ["ki", 1024],
  ["m", 1000 ** 2],
  ["mi", 1024 ** 2],
  ["g", 1000 ** 3],
  ["gi", 1024 ** 3],
  ["t", 1000 ** 4],
  ["ti", 1024 ** 4],
];

/** `8kbit`, `1.5mbit`, `1mbps` (bytes), `1000` (bits); kept in bytes a second. libxt_rateest.c rateest_get_rate, rateest_print_rate. */
export const bitRate: ValueKind<number> = {
  words: 1,
  read([text = ""], refuse) {
    const parts = /^(\d+(?:\.\d+)?)(?:([kmgt]?i?)(bit|bps))?$/i.exec(text);
    const scale = prefixes.find(([prefix]) => prefix === (parts?.[2] ?? "").toLowerCase())?.[1];
    if (!parts || scale === undefined)
      return refuse("not-a-rate", words(`“${text}” is not a rate.`, `“${text}” 不是速率。`));
    const bytes = parts[3]?.toLowerCase() === "bps" ? scale : scale / 8;
    return Math.floor(Number(parts[1]) * bytes);
  },
  print(bytes) {
    const bits = bytes * 8;
    if (bits >= 1000 * 1000 ** 2) return `${Math.round(bits / 1000 ** 2)}Mbit`;
    return bits >= 1000 * 1000 ? `${Math.round(bits / 1000)}Kbit` : `${bits}bit`;
  },
};
