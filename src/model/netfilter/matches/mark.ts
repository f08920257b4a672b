import { negatedIf, ternary } from "../../../base/ternary.ts";
import { listForm } from "../list-form.ts";
import { negatable, type Values } from "../values/fields.ts";
import { hasMasked, mark as markValue } from "../values/masked.ts";
import { defineMatch } from "./define-match.ts";

const fields = { mark: negatable("--mark", markValue) };
export type Mark = Values<typeof fields>;

/** xt_mark.c mark_mt. The value is not masked: `--mark 0x5/0x1` never matches. */
export const mark = defineMatch({
  name: "mark",
  level: "modelled",
  fields,
  needs: [["mark"]],
  test: ({ mark }, packet) => (mark ? negatedIf(mark.negated, ternary(hasMasked(packet.mark, mark.is))) : "yes"),
  list: listForm(/(?:mark|MARK) match/, [["--mark", /(?<not>! ?)?(?<a>\S+)/]]),
});
