import { words } from "../../../base/words.ts";
import { numberWithin } from "./number.ts";
import type { ValueKind } from "./value-kind.ts";

const levels: ReadonlyMap<string, number> = new Map([
  ["emerg", 0],
  ["panic", 0],
  ["alert", 1],
  ["crit", 2],
  ["error", 3],
  ["err", 3],
  ["warning", 4],
  ["warn", 4],
  ["notice", 5],
  ["info", 6],
  ["debug", 7],
]);

/** syslog level by number or name, printed as number; 4 is the default. */
export const logLevel: ValueKind<number> = {
  words: 1,
  read([text = ""], refuse) {
    if (/^\d/.test(text)) return numberWithin(text, 0, 7, refuse);
    return (
      levels.get(text.toLowerCase()) ??
      refuse("unknown-value", words(`“${text}” is no log level.`, `“${text}” 不是日志级别。`))
    );
  },
  print: String,
};
