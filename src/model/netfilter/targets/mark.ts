import { listForm } from "../list-form.ts";
import { option, type Values } from "../values/fields.ts";
import { allBits, type Masked, mark, readMasked } from "../values/masked.ts";
import { hex, hexNumber } from "../values/number.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineTarget } from "./define-target.ts";

/** `V/M`, the mask always printed. New mark = (mark & ~M) ^ V: bits of V outside M are flipped, not set. */
export const xmark: ValueKind<Masked> = {
  ...mark,
  print: ({ value, mask }) => `${hex(value)}/${hex(mask)}`,
};
/** `--set-mark V/M` also clears V's own bits, so that they end up set. */
export const setmark: ValueKind<Masked> = {
  ...xmark,
  read([text = ""], refuse) {
    const given = readMasked(text, refuse);
    return given && { value: given.value, mask: (given.mask | given.value) >>> 0 };
  },
};
const bits = hexNumber(allBits);

const fields = {
  xmark: option("--set-xmark", xmark),
  set: option("--set-mark", setmark),
  and: option("--and-mark", bits),
  or: option("--or-mark", bits),
  xor: option("--xor-mark", bits),
};
export type MarkTarget = Values<typeof fields>;

/** The one operation behind the five spellings; libxt_MARK.c mark_tg_parse. */
export function xmarkOf(value: MarkTarget): Masked {
  if (value.and) return { value: 0, mask: ~value.and.is >>> 0 };
  if (value.or) return { value: value.or.is, mask: value.or.is };
  if (value.xor) return { value: value.xor.is, mask: 0 };
  return value.set?.is ?? value.xmark?.is ?? { value: 0, mask: 0 };
}

/** xt_mark.c mark_tg. Everything is kept as --set-xmark, as the kernel does. */
export const markTarget = defineTarget({
  name: "MARK",
  level: "modelled",
  fields,
  needs: [["xmark", "set", "and", "or", "xor"]],
  exclusive: [["xmark", "set", "and", "or", "xor"]],
  complete: (value) => ({ xmark: { negated: false, is: xmarkOf(value) } }),
  effect: (value) => ({ kind: "mark", ...xmarkOf(value) }),
  list: listForm(/MARK/, [
    ["--set-xmark", /xset (?<a>\S+)/],
    ["--set-mark", /set (?<a>\S+)/],
    ["--and-mark", /and (?<a>\S+)/],
    ["--or-mark", /or (?<a>\S+)/],
    ["--xor-mark", /xor (?<a>\S+)/],
  ]),
});
