import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { allBits } from "../values/masked.ts";
import { hexNumber, number } from "../values/number.ts";
import { defineTarget } from "./define-target.ts";
import { setmark, xmark, xmarkOf } from "./mark.ts";

const bits = hexNumber(allBits);
const given = <T>(is: T) => ({ negated: false, is });

/**
 * xt_connmark.c connmark_tg. set: connection = (connection & ~mask) ^ value; save: connection = (connection & ~ctmask) ^ (mark & nfmask);
 * restore: mark = (mark & ~nfmask) ^ (connection & ctmask).
 */
export const connmarkTarget = defineTarget({
  name: "CONNMARK",
  level: "caveat",
  note: words("A rule that shifts the mark is undecided.", "带移位选项的规则无法判定。"),
  fields: {
    xmark: option("--set-xmark", xmark),
    set: option("--set-mark", setmark),
    and: option("--and-mark", bits),
    or: option("--or-mark", bits),
    xor: option("--xor-mark", bits),
    save: option("--save-mark", flag),
    restore: option("--restore-mark", flag),
    nfmask: option("--nfmask", bits),
    ctmask: option("--ctmask", bits),
    mask: option("--mask", bits),
    left: option("--left-shift-mark", number(0, 31)),
    right: option("--right-shift-mark", number(0, 31)),
  },
  needs: [["xmark", "set", "and", "or", "xor", "save", "restore"]],
  exclusive: [
    ["xmark", "set", "and", "or", "xor", "save", "restore"],
    ["left", "right"],
  ],
  complete(value) {
    const shift = { ...(value.left && { left: value.left }), ...(value.right && { right: value.right }) };
    if (!value.save && !value.restore) return { xmark: given(xmarkOf(value)), ...shift };
    const masks = {
      nfmask: value.mask ?? value.nfmask ?? given(allBits),
      ctmask: value.mask ?? value.ctmask ?? given(allBits),
      ...shift,
    };
    return value.save ? { save: value.save, ...masks } : { restore: given(true as const), ...masks };
  },
  effect(value) {
    if (value.left || value.right)
      return { kind: "unknown", why: words("CONNMARK shifts the mark.", "CONNMARK 对标记做移位。") };
    const operation = value.save ? "save" : value.restore ? "restore" : "set";
    const masks = { nfmask: value.nfmask?.is ?? allBits, ctmask: value.ctmask?.is ?? allBits };
    return { kind: "connmark", operation, ...xmarkOf(value), ...masks };
  },
  list: listForm(/CONNMARK/, [
    ["--set-xmark", /xset (?<a>\S+)/],
    ["--set-mark", /set (?<a>\S+)/],
    ["--and-mark", /and (?<a>\S+)/],
    ["--or-mark", /or (?<a>\S+)/],
    ["--xor-mark", /xor (?<a>\S+)/],
    ["--save-mark", /save/],
    ["--restore-mark", /restore/],
    ["--mask", /mask (?<a>\S+)/],
    // `save nfmask 0xff ctmask ~0xf0`, `restore ctmask 0xf0 nfmask ~0xff`: the mask that is cleared stands behind the ~.
    ["--nfmask", /nfmask (?<a>\S+)(?= ctmask)/],
    ["--ctmask", /ctmask ~?(?<a>\S+)/],
    ["--nfmask", /nfmask ~(?<a>\S+)/],
    ["--left-shift-mark", /left-shift-mark (?<a>\d+)/],
    ["--right-shift-mark", /right-shift-mark (?<a>\d+)/],
  ]),
});
