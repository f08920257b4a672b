import { negatedIf, ternary } from "../../../base/ternary.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { inRange, numberRange } from "../values/number-range.ts";
import { defineMatch } from "./define-match.ts";

/** Length of the whole IP packet in bytes. xt_length.c. */
export const length = defineMatch({
  name: "length",
  level: "modelled",
  fields: { length: negatable("--length", numberRange(65535)) },
  needs: [["length"]],
  test({ length }, packet) {
    if (!length) return "yes";
    const [low, high] = length.is;
    if (low === 0 && high === 65535) return negatedIf(length.negated, "yes");
    return packet.length === undefined
      ? "unknown"
      : negatedIf(length.negated, ternary(inRange(packet.length, length.is)));
  },
  list: listForm(/length/, [["--length", /(?<not>!)?(?<a>[\d:]+)/]]),
});
