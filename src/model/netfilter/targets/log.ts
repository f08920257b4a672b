import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { numberWithin, uint32 } from "../values/number.ts";
import { freeText } from "../values/text.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { inertTarget } from "./define-target.ts";

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
const level: ValueKind<number> = {
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

/** Writes a kernel log line, and the walk goes on. */
export const log = inertTarget("LOG", {
  prefix: option("--log-prefix", freeText(29), (text) => text === ""),
  level: option("--log-level", level, (is) => is === 4),
  sequence: option("--log-tcp-sequence", flag),
  tcpOptions: option("--log-tcp-options", flag),
  ipOptions: option("--log-ip-options", flag),
  uid: option("--log-uid", flag),
  mac: option("--log-macdecode", flag),
});

export const nflog = inertTarget("NFLOG", {
  prefix: option("--nflog-prefix", freeText(63), (text) => text === ""),
  group: option("--nflog-group", uint32, (is) => is === 0),
  range: option("--nflog-range", uint32),
  size: option("--nflog-size", uint32),
  threshold: option("--nflog-threshold", uint32, (is) => is === 1),
});

export const ulog = inertTarget("ULOG", {
  prefix: option("--ulog-prefix", freeText(31)),
  group: option("--ulog-nlgroup", uint32),
  range: option("--ulog-cprange", uint32),
  threshold: option("--ulog-qthreshold", uint32),
});
