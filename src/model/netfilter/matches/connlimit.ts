import { words } from "../../../base/words.ts";
import { bitsOf } from "../../net/ip.ts";
import { listPattern } from "../list-form.ts";
import { negatable, option } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { uint32 } from "../values/number.ts";
import { lengthOfPrefix } from "../values/prefix-length.ts";
import { defineMatch } from "./define-match.ts";

const given = <T>(is: T) => ({ negated: false, is });

/** Connections that a host, or a net, has at the same time: libxt_connlimit.c, xt_connlimit.c. */
export const connlimit = defineMatch({
  name: "connlimit",
  level: "caveat",
  note: words("Few connections are taken to exist.", "假定现有连接很少。"),
  fields: {
    upto: negatable("--connlimit-upto", uint32),
    above: negatable("--connlimit-above", uint32),
    mask: option("--connlimit-mask", lengthOfPrefix),
    source: option("--connlimit-saddr", flag),
    destination: option("--connlimit-daddr", flag),
  },
  needs: [["upto", "above"]],
  exclusive: [
    ["upto", "above"],
    ["source", "destination"],
  ],
  /** A negated limit is printed as the other one; mask and direction are always printed. */
  complete({ upto, above, mask, source, destination }, family) {
    const low = above?.negated ? above : upto?.negated ? undefined : upto;
    const high = upto?.negated ? upto : above?.negated ? undefined : above;
    return {
      ...(low && { upto: given(low.is) }),
      ...(high && { above: given(high.is) }),
      mask: mask ?? given<number>(bitsOf(family)),
      ...(destination ? { destination } : { source: source ?? given(true as const) }),
    };
  },
  test({ upto, above }, _packet, context) {
    const most = (upto ?? above)?.is ?? 0;
    return context.assume(
      words(`No more than ${most} connections exist here.`, `此处的连接不超过 ${most} 个。`),
      words("A client seldom has that many.", "客户端很少有这么多连接。"),
      "conntrack -L",
      upto !== undefined,
    );
  },
  /** `#conn src/32 > 5`; `#conn/32` before iptables 1.4.9. */
  list: listPattern(
    /#conn(?: (?<dir>src|dst))?\/(?<mask>\d+) (?<not>! )?(?<op>>|<=) (?<a>\d+)/,
    ({ dir, mask = "", not, op, a = "" }) => [
      [op === ">" ? "--connlimit-above" : "--connlimit-upto", not !== undefined, a],
      ["--connlimit-mask", false, mask],
      [dir === "dst" ? "--connlimit-daddr" : "--connlimit-saddr", false],
    ],
  ),
});
