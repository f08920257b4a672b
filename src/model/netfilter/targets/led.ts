import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { number } from "../values/number.ts";
import { quotedText } from "../values/text.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineTarget } from "./define-target.ts";

const milliseconds = number(0, 0x7fffffff);
const delay: ValueKind<number | "inf"> = {
  words: 1,
  read: (args, refuse, family) => (args[0] === "inf" ? "inf" : milliseconds.read(args, refuse, family)),
  print: String,
};

/** Blinks a light: libxt_LED.c. */
export const led = defineTarget({
  name: "LED",
  level: "inert",
  fields: {
    trigger: option("--led-trigger-id", quotedText),
    delay: option("--led-delay", delay, (is) => is === 0),
    blink: option("--led-always-blink", flag),
  },
  needs: [["trigger"]],
  effect: () => ({ kind: "continue" }),
});
