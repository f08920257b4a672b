import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { numberWithin } from "../values/number.ts";
import type { NumberRange } from "../values/number-range.ts";
import type { Refuse, ValueKind } from "../values/value-kind.ts";
import { defineMatch } from "./define-match.ts";

/** By number; libip6t_mh.c mh_names. */
const names: readonly (readonly [string, string])[] = [
  ["binding-refresh-request", "brr"],
  ["home-test-init", "hoti"],
  ["careof-test-init", "coti"],
  ["home-test", "hot"],
  ["careof-test", "cot"],
  ["binding-update", "bu"],
  ["binding-acknowledgement", "ba"],
  ["binding-error", "be"],
];

function typeOf(text: string, refuse: Refuse): number | undefined {
  const lower = text.toLowerCase();
  const named = names.findIndex(([long, short]) => long === lower || short === lower);
  return named === -1 ? numberWithin(text, 0, 255, refuse) : named;
}

const types: ValueKind<NumberRange> = {
  words: 1,
  read([text = ""], refuse) {
    const [from = "", to] = text.split(":");
    const low = from === "" ? 0 : typeOf(from, refuse);
    const high = to === undefined ? low : to === "" ? 255 : typeOf(to, refuse);
    if (low === undefined || high === undefined) return undefined;
    if (low > high) return refuse("range-reversed", words(`${text} runs backwards.`, `${text} 的范围前后颠倒。`));
    return [low, high];
  },
  print: ([low, high]) => (low === high ? String(low) : `${low}:${high}`),
};

/** Message type of Mobile IPv6: libip6t_mh.c. */
export const mh = defineMatch({
  name: "mh",
  family: 6,
  level: "caveat",
  note: words(
    "Of mobility packets a rule with --mh-type is undecided.",
    "对 Mobility 报文，带 --mh-type 的规则无法判定。",
  ),
  fields: {
    type: negatable("--mh-type", types, ([low, high], negated) => low === 0 && high === 255 && !negated),
  },
  test: ({ type }, packet) => (packet.proto !== "mobility-header" ? "no" : type ? "unknown" : "yes"),
  list: listForm(/mh/, [["--mh-type", /(?<not>!)?(?<a>[a-z\d-]+(?::[a-z\d-]+)?)/]]),
});
