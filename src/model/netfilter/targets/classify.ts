import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { inertTarget } from "./define-target.ts";

/** `1:10`, both hexadecimal, printed `0001:0010`. */
const trafficClass: ValueKind<readonly [number, number]> = {
  words: 1,
  read([text = ""], refuse) {
    const parts = /^([0-9a-fA-F]{1,4}):([0-9a-fA-F]{1,4})$/.exec(text);
    if (!parts) return refuse("unknown-value", words(`“${text}” is no traffic class.`, `“${text}” 不是流量类别。`));
    return [Number.parseInt(parts[1] ?? "", 16), Number.parseInt(parts[2] ?? "", 16)];
  },
  print: (parts) => parts.map((part) => part.toString(16).padStart(4, "0")).join(":"),
};

/** The queueing class, that is skb->priority: libxt_CLASSIFY.c. */
export const classify = inertTarget(
  "CLASSIFY",
  { class: option("--set-class", trafficClass) },
  undefined,
  listForm(/CLASSIFY/, [["--set-class", /set (?<a>\S+)/]]),
);
