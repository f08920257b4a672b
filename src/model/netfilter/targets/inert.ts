import { words } from "../../../base/words.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { number, uint32 } from "../values/number.ts";
import { keptWords, quotedText, word } from "../values/text.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { inertTarget } from "./define-target.ts";

/** `1:10`, printed `0001:0010`; libxt_CLASSIFY.c. */
const trafficClass: ValueKind<readonly [number, number]> = {
  words: 1,
  read([text = ""], refuse) {
    const parts = /^([0-9a-fA-F]{1,4}):([0-9a-fA-F]{1,4})$/.exec(text);
    if (!parts) return refuse("unknown-value", words(`“${text}” is no traffic class.`, `“${text}” 不是流量类别。`));
    return [Number.parseInt(parts[1] ?? "", 16), Number.parseInt(parts[2] ?? "", 16)];
  },
  print: (parts) => parts.map((part) => part.toString(16).toUpperCase().padStart(4, "0")).join(":"),
};

/** Targets that touch what natlens does not follow (queueing class, checksum, TCP options, audit log): one line each. */
export const inertTargets = [
  inertTarget("TRACE", {}),
  inertTarget("CHECKSUM", { fill: option("--checksum-fill", flag) }),
  inertTarget("CLASSIFY", { class: option("--set-class", trafficClass) }),
  inertTarget("AUDIT", { type: option("--type", word()) }),
  inertTarget("TCPMSS", { mss: option("--set-mss", number(0, 65535)), clamp: option("--clamp-mss-to-pmtu", flag) }),
  inertTarget("TCPOPTSTRIP", { options: option("--strip-options", word()) }),
  inertTarget("ECN", {
    remove: option("--ecn-tcp-remove", flag),
    cwr: option("--ecn-tcp-cwr", uint32),
    ece: option("--ecn-tcp-ece", uint32),
    ect: option("--ecn-ip-ect", uint32),
  }),
  inertTarget("RATEEST", {
    name: option("--rateest-name", word()),
    interval: option("--rateest-interval", word()),
    ewmalog: option("--rateest-ewmalog", word()),
  }),
  inertTarget("SECMARK", { context: option("--selctx", word()) }),
  inertTarget("CONNSECMARK", { save: option("--save", flag), restore: option("--restore", flag) }),
  inertTarget("IDLETIMER", {
    timeout: option("--timeout", uint32),
    label: option("--label", word()),
    alarm: option("--alarm", flag),
    notify: option("--send_nl_msg", flag),
  }),
  inertTarget("LED", {
    trigger: option("--led-trigger-id", quotedText),
    delay: option("--led-delay", word()),
    blink: option("--led-always-blink", flag),
  }),
  inertTarget(
    "TEE",
    { gateway: option("--gateway", word()), iface: option("--oif", word(15)) },
    words("The copy that TEE sends is not followed.", "TEE 发出的副本不跟踪。"),
  ),
  inertTarget(
    "SET",
    {
      add: option("--add-set", keptWords(2)),
      delete: option("--del-set", keptWords(2)),
      map: option("--map-set", keptWords(2)),
      exist: option("--exist", flag),
      timeout: option("--timeout", uint32),
      mapMark: option("--map-mark", flag),
      mapPriority: option("--map-prio", flag),
      mapQueue: option("--map-queue", flag),
    },
    words("Later tests of the set do not see what the rule adds or deletes.", "之后对该集合的判断看不到此规则的增删。"),
  ),
];
