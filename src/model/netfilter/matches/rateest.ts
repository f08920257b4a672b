import { words } from "../../../base/words.ts";
import type { Family } from "../../net/ip.ts";
import type { Complain, GivenOption } from "../option.ts";
import { bitRate } from "../values/bit-rate.ts";
import { fieldReader, negatable, option, type Values, wordCounts } from "../values/fields.ts";
import { flag } from "../values/flag.ts";
import { uint32 } from "../values/number.ts";
import { word } from "../values/text.ts";
import type { ValueKind } from "../values/value-kind.ts";
import type { MatchModule } from "./match.ts";

/** A rate that may be left out, as where two estimators are compared with each other. */
const orNothing = (kind: ValueKind<number>): ValueKind<number | null> => ({
  words: 1,
  read: (args, refuse, family) => (args.length === 0 ? null : kind.read(args, refuse, family)),
  print: (value) => (value === null ? "" : kind.print(value)),
});
const bits = orNothing(bitRate);
const packets = orNothing(uint32);

const fields = {
  delta: option("--rateest-delta", flag),
  name1: option(["--rateest", "--rateest1"], word(15)),
  name2: option("--rateest2", word(15)),
  lt: negatable("--rateest-lt", flag),
  gt: negatable("--rateest-gt", flag),
  eq: negatable("--rateest-eq", flag),
  bps: option("--rateest-bps", bits),
  pps: option("--rateest-pps", packets),
  bps1: option("--rateest-bps1", bits),
  bps2: option("--rateest-bps2", bits),
  pps1: option("--rateest-pps1", packets),
  pps2: option("--rateest-pps2", packets),
};
export type Rateest = Values<typeof fields>;

const read = fieldReader(fields, [["lt", "gt", "eq"]]);
const comparisons = ["--rateest-lt", "--rateest-gt", "--rateest-eq"];

/** iptables-save writes the comparison before each of the two rates. */
function withoutRepetition(options: readonly GivenOption[]): readonly GivenOption[] {
  return options.filter(
    (given, i) => !comparisons.includes(given.name) || options.findIndex(({ name }) => name === given.name) === i,
  );
}

function comparison({ lt, gt, eq }: Rateest): string {
  const given = lt ?? gt ?? eq;
  return `${given?.negated ? "! " : ""}--rateest-${lt ? "lt" : gt ? "gt" : "eq"}`;
}

type Unit = "bps" | "pps";

/**
 * What of one unit's options counts: with `--rateest-delta` a number for each estimator to subtract from, else one number, and none where two
 * estimators are compared.
 */
function settled(value: Rateest, unit: Unit): Partial<Rateest> {
  const first = value[`${unit}1`];
  const second = value[`${unit}2`];
  const only = value[unit];
  if (!first && !second && !only) return {};
  const given = (number: number | null) => ({ negated: false, is: number });
  if (value.delta) return { [`${unit}1`]: given(first?.is ?? 0), [`${unit}2`]: given((second ?? only)?.is ?? 0) };
  return { [unit]: given(value.name2 ? null : ((only ?? second)?.is ?? 0)) };
}

/** One unit's options as rateest_save writes them. */
function printed(value: Rateest, unit: Unit, kind: ValueKind<number | null>): readonly string[] {
  const first = value[`${unit}1`];
  const second = value[`${unit}2`];
  const only = value[unit];
  const words = (name: string, number: number | null): string => `--rateest-${name} ${kind.print(number)}`.trimEnd();
  if (first && second) return [words(`${unit}1`, first.is), comparison(value), words(`${unit}2`, second.is)];
  return only ? [comparison(value), words(unit, only.is)] : [];
}

/** Measured rates of traffic (target RATEEST), compared with a number or with each other: libxt_rateest.c. */
export const rateest: MatchModule<Rateest> = {
  name: "rateest",
  level: "recognised",
  note: words("Compares rates that the kernel measures.", "比较内核测得的速率。"),
  options: wordCounts(fields),
  optional: ["bps", "bps1", "bps2", "pps", "pps1", "pps2"].map((name) => `--rateest-${name}`),
  needs: [["--rateest", "--rateest1"], comparisons],
  parse(options: readonly GivenOption[], complain: Complain, family: Family) {
    const value = read(withoutRepetition(options), complain, family);
    if (!value) return undefined;
    const { bps, bps1, bps2, pps, pps1, pps2, ...rest } = value;
    return { ...rest, ...settled(value, "bps"), ...settled(value, "pps") };
  },
  print: (value) =>
    [
      ...(value.delta ? ["--rateest-delta"] : []),
      `--rateest${value.name2 ? "1" : ""} ${value.name1?.is ?? ""}`,
      ...printed(value, "bps", bits),
      ...printed(value, "pps", packets),
      ...(value.name2 ? [`--rateest2 ${value.name2.is}`] : []),
    ].join(" "),
};
