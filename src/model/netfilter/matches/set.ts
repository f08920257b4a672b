import { negatedIf } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { type Field, negatable, option, type Values } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { uint64 } from "../values/number.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineMatch } from "./define-match.ts";

export type Dimension = "src" | "dst";
export interface SetTest {
  readonly name: string;
  readonly dims: readonly Dimension[];
}

/** `NAME src,dst`: up to six flags, one for each dimension of the set. */
export const setTest: ValueKind<SetTest> = {
  words: 2,
  read([name = "", flags = ""], refuse) {
    if (name === "" || (name.length > 10 && new TextEncoder().encode(name).length > 31))
      return refuse("too-long", words("A set's name has 1 to 31 bytes.", "集合名为 1 到 31 字节。"));
    const dims: Dimension[] = [];
    for (const word of flags.split(",")) {
      if (word !== "src" && word !== "dst")
        return refuse(
          "unknown-value",
          words(`“${word}” is neither src nor dst.`, `“${word}” 既不是 src 也不是 dst。`),
          1,
        );
      dims.push(word);
    }
    return dims.length > 6 ? refuse("too-many", words("More than six flags.", "标志超过六个。"), 1) : { name, dims };
  },
  print: ({ name, dims }) => `${name} ${dims.join(",")}`,
};

/** `--update-counters` is the kernel's habit and so not printed; only its negation is. */
const unlessNegated = (name: string): Field<true> => negatable(name, flag, (_, negated) => !negated);

const fields = {
  set: negatable(["--match-set", "--set"], setTest),
  returnNomatch: option("--return-nomatch", flag),
  updateCounters: unlessNegated("--update-counters"),
  updateSubcounters: unlessNegated("--update-subcounters"),
  packetsEq: negatable("--packets-eq", uint64),
  packetsLt: option("--packets-lt", uint64),
  packetsGt: option("--packets-gt", uint64),
  bytesEq: negatable("--bytes-eq", uint64),
  bytesLt: option("--bytes-lt", uint64),
  bytesGt: option("--bytes-gt", uint64),
};
export type SetMatch = Values<typeof fields>;

/** xt_set.c set_match_v4. Membership is the simulation's to look up; entries' counters are not modelled. */
export const set = defineMatch({
  name: "set",
  level: "caveat",
  note: words(
    "A rule with --return-nomatch or with counters of the entry is undecided where the packet is in the set.",
    "报文在集合中时，带 --return-nomatch 或条目计数条件的规则无法判定。",
  ),
  fields,
  needs: [["set"]],
  exclusive: [
    ["packetsEq", "packetsLt", "packetsGt"],
    ["bytesEq", "bytesLt", "bytesGt"],
  ],
  test(value, packet, context) {
    if (!value.set) return "unknown";
    const { set } = value;
    const member = context.inSet(set.is.name, set.is.dims, packet);
    if (value.returnNomatch) return "unknown";
    const plain = negatedIf(set.negated, member);
    const counters =
      value.packetsEq ?? value.packetsLt ?? value.packetsGt ?? value.bytesEq ?? value.bytesLt ?? value.bytesGt;
    return counters && !(plain === "no" && !set.negated) ? "unknown" : plain;
  },
  /** `set NAME src` before iptables 1.4.4. */
  list: listForm(null, [
    ["--match-set", /(?<not>! ?)?(?:match-)?set (?<a>\S+) (?<b>(?:src|dst)(?:,(?:src|dst))*)/],
    ["--return-nomatch", /return-nomatch/],
    ["--update-counters", /(?<not>! )update-counters/],
    ["--update-subcounters", /(?<not>! )update-subcounters/],
    ["--packets-eq", /(?<not>! )?packets-eq (?<a>\d+)/],
    ["--packets-lt", /packets-lt (?<a>\d+)/],
    ["--packets-gt", /packets-gt (?<a>\d+)/],
    ["--bytes-eq", /(?<not>! )?bytes-eq (?<a>\d+)/],
    ["--bytes-lt", /bytes-lt (?<a>\d+)/],
    ["--bytes-gt", /bytes-gt (?<a>\d+)/],
  ]),
});
