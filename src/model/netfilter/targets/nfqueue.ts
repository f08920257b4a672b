import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { number, numberWithin } from "../values/number.ts";
import type { NumberRange } from "../values/number-range.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineTarget } from "./define-target.ts";

const queues: ValueKind<NumberRange> = {
  words: 1,
  read([text = ""], refuse) {
    const [from = "", to = ""] = text.split(":");
    const low = numberWithin(from, 0, 65535, refuse);
    const high = low === undefined ? undefined : numberWithin(to, 0, 65535, refuse);
    if (low === undefined || high === undefined) return undefined;
    return low < high
      ? [low, high]
      : refuse("range-reversed", words(`${text} does not run upwards.`, `${text} 不是由小到大的范围。`));
  },
  print: ([low, high]) => `${low}:${high}`,
};
const why = words("A program on the node decides.", "由节点上的程序裁决。");

/** Hands the packet to a program: libxt_NFQUEUE.c. */
export const nfqueue = defineTarget({
  name: "NFQUEUE",
  level: "recognised",
  note: why,
  terminating: true,
  fields: {
    number: option("--queue-num", number(0, 65535)),
    balance: option("--queue-balance", queues),
    bypass: option("--queue-bypass", flag),
    fanout: option("--queue-cpu-fanout", flag),
  },
  exclusive: [["number", "balance"]],
  complete: (value) => (value.number || value.balance ? value : { number: { negated: false, is: 0 }, ...value }),
  effect: () => ({ kind: "unknown", why }),
  list: listForm(/NFQUEUE/, [
    ["--queue-num", /num (?<a>\d+)/],
    ["--queue-balance", /balance (?<a>[\d:]+)/],
    ["--queue-bypass", /bypass/],
    ["--queue-cpu-fanout", /cpu-fanout/],
  ]),
});
