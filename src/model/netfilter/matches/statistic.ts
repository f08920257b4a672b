import { negatedIf, type Ternary, ternary } from "../../../base/ternary.ts";
import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable, option, type Values } from "../values/fields.ts";
import { oneName } from "../values/names.ts";
import { number } from "../values/number.ts";
import type { ValueKind } from "../values/value-kind.ts";
import { defineMatch } from "./define-match.ts";
import type { MatchContext } from "./match.ts";

/** 31 bits stand for certainty. */
const certain = 0x80000000;

/** In units of 1/2^31, as the kernel keeps it; printed with 11 decimals. libxt_statistic.c. */
const probability: ValueKind<number> = {
  words: 1,
  read([text = ""], refuse) {
    const value = /^(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isNaN(value)) return refuse("not-a-number", words(`“${text}” is not a number.`, `“${text}” 不是数字。`));
    if (value > 1)
      return refuse("value-out-of-range", words(`${text} is not within 0 to 1.`, `${text} 不在 0 到 1 之间。`));
    return Math.round(certain * value);
  },
  print: (value) => (value / certain).toFixed(11),
};

const fields = {
  mode: option("--mode", oneName(["random", "nth"])),
  probability: negatable("--probability", probability),
  every: negatable("--every", number(1, 0xffffffff)),
  packet: option("--packet", number(0, 0x7fffffff)),
};
export type Statistic = Values<typeof fields>;

/** Share of packets for which the rule matches, 0 to 1. */
export function shareOf({ probability: random, every }: Statistic): number {
  const share = random ? random.is / certain : 1 / (every?.is ?? 1);
  return (random ?? every)?.negated ? 1 - share : share;
}

/** Each packet that reaches the rule counts; the packet with number `--packet` of every `--every` is hit. */
function nthHit(every: number, packet: number, context: MatchContext): Ternary {
  if (every === 1) return "yes";
  const before = context.timesReached();
  if (before !== undefined) return ternary(before % every === packet);
  return context.random(
    words(`Is it this rule's turn (one packet of ${every})?`, `是否轮到这条规则（每 ${every} 个报文轮到一次）？`),
  );
}

/** xt_statistic.c statistic_mt. What the kernel draws is followed both ways. */
export const statistic = defineMatch({
  name: "statistic",
  level: "modelled",
  fields,
  needs: [["mode"]],
  exclusive: [["probability", "every"]],
  complete: (value) => (value.every && !value.packet ? { ...value, packet: { negated: false, is: 0 } } : value),
  test(value, _packet, context) {
    const { probability: random, every, packet } = value;
    if (every) return negatedIf(every.negated, nthHit(every.is, packet?.is ?? 0, context));
    if (!random) return "unknown";
    if (random.is >= certain) return negatedIf(random.negated, "yes");
    if (random.is === 0) return negatedIf(random.negated, "no");
    const share = probability.print(random.is).replace(/0+$/, "");
    return negatedIf(
      random.negated,
      context.random(
        words(`Does the kernel's draw (probability ${share}) hit?`, `内核随机（概率 ${share}）是否命中？`),
      ),
    );
  },
  list: listForm(/statistic/, [
    ["--mode", /mode (?<a>random|nth)/],
    ["--probability", /(?<not>! )?probability (?<a>\S+)/],
    ["--every", /(?<not>! )?every (?<a>\d+)/],
    ["--packet", /packet (?<a>\d+)/],
  ]),
});
