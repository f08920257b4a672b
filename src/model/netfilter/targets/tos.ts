import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import type { Masked } from "../values/masked.ts";
import { hexNumber } from "../values/number.ts";
import { tosValue } from "../values/tos.ts";
import { defineTarget } from "./define-target.ts";

const bits = hexNumber(0xff, 2);
const given = (value: number, mask: number) => ({ negated: false, is: { value, mask } satisfies Masked });

/** xt_DSCP.c tos_tg: TOS = (TOS & ~mask) ^ value. */
export const tosTarget = defineTarget({
  name: "TOS",
  level: "modelled",
  tables: ["mangle"],
  fields: {
    set: option("--set-tos", tosValue),
    and: option("--and-tos", bits),
    or: option("--or-tos", bits),
    xor: option("--xor-tos", bits),
  },
  needs: [["set", "and", "or", "xor"]],
  exclusive: [["set", "and", "or", "xor"]],
  complete(value) {
    if (value.and) return { set: given(0, ~value.and.is & 0xff) };
    if (value.or) return { set: given(value.or.is, value.or.is) };
    return value.xor ? { set: given(value.xor.is, 0) } : value;
  },
  effect: ({ set }) => ({ kind: "dscp", tos: set?.is.value ?? 0, mask: set?.is.mask ?? 0 }),
  /** Without -n a value that has a name follows `set` without a blank: `TOS setMinimize-Delay`. */
  list: listForm(/TOS/, [
    ["--set-tos", /set ?(?<a>\S+)/],
    ["--and-tos", /and (?<a>\S+)/],
    ["--or-tos", /or (?<a>\S+)/],
    ["--xor-tos", /xor (?<a>\S+)/],
  ]),
});
