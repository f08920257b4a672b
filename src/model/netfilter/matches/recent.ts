import { negatedIf, type Ternary } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import { prefixMask } from "../../net/cidr.ts";
import { type Family, fromValue, type Ip, ipNumber, parseIp } from "../../net/ip.ts";
import { type Address, isSymbolic } from "../../net/symbolic.ts";
import { anyForm, type ListReader, listForm } from "../list-form.ts";
import { address } from "../values/addresses.ts";
import { negatable, option, type Values } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { number, uint32 } from "../values/number.ts";
import { word } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

const fields = {
  set: negatable("--set", flag),
  rcheck: negatable("--rcheck", flag),
  update: negatable("--update", flag),
  remove: negatable("--remove", flag),
  seconds: option("--seconds", number(1, 0xffffffff)),
  reap: option("--reap", flag),
  hitcount: option("--hitcount", uint32),
  rttl: option("--rttl", flag),
  name: option("--name", word(199)),
  mask: option("--mask", address),
  rsource: option("--rsource", flag),
  rdest: option("--rdest", flag),
};
export type Recent = Values<typeof fields>;

const wholeMask = (family: Family): Ip => fromValue(family, prefixMask(family, family === 4 ? 32 : 128));

/** The entry is that of the masked address; a table's first rule gives the mask, which all its rules share in practice. */
function masked(address: Address, mask: Ip | undefined, family: Family): Address {
  if (isSymbolic(address) || mask === undefined || mask === wholeMask(family)) return address;
  return parseIp(fromValue(family, ipNumber(address) & ipNumber(mask))) ?? address;
}

const given = <T>(is: T) => ({ negated: false, is });

const recentForm = (negated: boolean): ListReader => {
  const read = listForm(negated ? /! recent:/ : /recent:/, [
    ["--set", /SET/],
    ["--rcheck", /CHECK/],
    ["--update", /UPDATE/],
    ["--remove", /REMOVE/],
    ["--seconds", /seconds: (?<a>\d+)/],
    ["--reap", /reap/],
    ["--hitcount", /hit_count: (?<a>\d+)/],
    ["--rttl", /TTL-Match/],
    ["--name", /name: (?<a>\S+)/],
    ["--rsource", /side: source/],
    ["--rdest", /side: dest/],
    ["--mask", /mask: (?<a>\S+)/],
  ]);
  return (text, from, family) =>
    read(text, from, family).map(({ end, options: [command, ...rest] }) => ({
      end,
      options: command ? [{ ...command, negated }, ...rest] : [],
    }));
};

/** xt_recent.c recent_mt. A match that writes: the simulation asks it only where all matches before it said yes. */
export const recent = defineMatch({
  name: "recent",
  level: "caveat",
  note: words(
    "An entry's age is not known: one that is there counts as recent enough; --hitcount and --rttl are undecided.",
    "条目的时间未知：存在即视为足够新；--hitcount 与 --rttl 无法判定。",
  ),
  fields,
  needs: [["set", "rcheck", "update", "remove"]],
  exclusive: [
    ["set", "rcheck", "update", "remove"],
    ["rsource", "rdest"],
  ],
  complete: (value, family) => ({
    ...value,
    name: value.name ?? given("DEFAULT"),
    mask: value.mask ?? given(wholeMask(family)),
    ...(!value.rdest && { rsource: value.rsource ?? given(true as const) }),
  }),
  test(value, packet, context): Ternary {
    const list = value.name?.is ?? "DEFAULT";
    const entry = masked(value.rdest ? packet.dst : packet.src, value.mask?.is, packet.family);
    if (value.set) {
      context.recentSet(list, entry, true);
      return negatedIf(value.set.negated, "yes");
    }
    const has = context.recentHas(list, entry);
    if (value.remove) {
      if (has === "yes") context.recentSet(list, entry, false);
      return negatedIf(value.remove.negated, has);
    }
    const doubtful = (value.hitcount !== undefined && value.hitcount.is > 1) || value.rttl !== undefined;
    const fits = has === "yes" && doubtful ? "unknown" : has;
    return negatedIf((value.rcheck ?? value.update)?.negated ?? false, fits);
  },
  /** A `!` stands before the match's own word, for the option that is named next. */
  list: anyForm(recentForm(false), recentForm(true)),
});
